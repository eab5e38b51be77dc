from zhize.lists.models.comparing import ComparedItem, Comparison, Divergence, Ruling
from zhize.lists.models.edition import Edition

__all__ = ["ComparedItem", "Comparison", "Divergence", "Edition", "Ruling"]
