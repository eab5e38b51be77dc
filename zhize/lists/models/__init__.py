from zhize.lists.models.adjusting import Adjustment, Batch, Comment, Consultation, Opinion, Sheet
from zhize.lists.models.comparing import ComparedItem, Comparison, Divergence, Ruling
from zhize.lists.models.edition import Edition

__all__ = [
    "Adjustment",
    "Batch",
    "Comment",
    "ComparedItem",
    "Comparison",
    "Consultation",
    "Divergence",
    "Edition",
    "Opinion",
    "Ruling",
    "Sheet",
]
