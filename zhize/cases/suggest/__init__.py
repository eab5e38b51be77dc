"""Which matter a message is about: learned labels first, words of the matter scheme second. Plain Python, no Django.

`Suggester` learns the first level from messages people have sorted; `MatterIndex` finds the third level by the words of
names, synonyms and duty wordings; `suggest_matter` joins both. Messages with equal `group` are near copies of each other.
"""

from zhize.cases.suggest.index import MatterHit, MatterIndex, MatterText
from zhize.cases.suggest.joined import Candidate, MatterSuggestion, suggest_matter, suggest_matters
from zhize.cases.suggest.messages import Message, read_messages
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
    "suggest_matter",
    "suggest_matters",
]
