"""Questions about lists: computed from the register as of a day, never stored."""

from zhize.lists.queries.lists import counts, holdings, items, items_of, list_kinds

__all__ = ["counts", "holdings", "items", "items_of", "list_kinds"]
