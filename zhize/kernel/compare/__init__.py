"""Two lists of duties compared: names as clerks write them, bases as sets of articles. It proposes, a person decides.

matcher.match(encoded.Rows.of(names, bases, types), Rows.of(…), weights) → Matches

The package itself loads no compiler: every process of the office reads names, few compare lists.
"""

from zhize.kernel.compare.basis import normalise_basis
from zhize.kernel.compare.names import normalise_name

__all__ = ["normalise_basis", "normalise_name"]
