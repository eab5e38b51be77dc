"""Which matter a message is about: learned labels first, words of the matter scheme second. Plain Python, no Django.

`Suggester` learns the first level from messages people have sorted; `MatterIndex` finds the third level by the words of
names, synonyms and duty wordings; `suggest_matter` joins both. Messages with equal `group` are near copies of each other.
"""

from typing import TYPE_CHECKING, Any

from zhize.cases.suggest.index import MatterHit, MatterIndex, MatterText
from zhize.cases.suggest.joined import Candidate, MatterSuggestion, suggest_matter, suggest_matters
from zhize.cases.suggest.messages import Message, read_messages, read_rows

if TYPE_CHECKING:
    from zhize.cases.suggest.model import Suggester, Suggestion

__all__ = [
    "Candidate",
    "MatterHit",
    "MatterIndex",
    "MatterSuggestion",
    "MatterText",
    "Message",
    "Suggester",
    "Suggestion",
    "read_messages",
    "read_rows",
    "suggest_matter",
    "suggest_matters",
]


def __getattr__(name: str) -> Any:
    """The learner brings scikit-learn, seconds of start-up: it is read when somebody learns or sorts, not with every page."""
    if name in ("Suggester", "Suggestion"):
        from zhize.cases.suggest import model

        return getattr(model, name)
    raise AttributeError(name)
