"""Lists for everybody: by body, kind and day; one item with all that is said of it."""

from zhize.lists.public.lists import item, list_, lists

__all__ = ["item", "list_", "lists"]
