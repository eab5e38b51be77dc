"""Two lists of duties compared: names as clerks write them, bases as sets of articles. It proposes, a person decides.

match(Rows.of(names, bases, types), Rows.of(…), weights) → Matches
"""

from zhize.kernel.compare.basis import normalise_basis
from zhize.kernel.compare.encoded import Rows
from zhize.kernel.compare.names import normalise_name

__all__ = ["Rows", "normalise_basis", "normalise_name"]
