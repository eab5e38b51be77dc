"""The page of a place, and the ways to choose one: by words, from the tree, on the map."""

from zhize.places.public.choosing import at, boundaries, suggest, tree
from zhize.places.public.place import place, places

__all__ = ["at", "boundaries", "place", "places", "suggest", "tree"]
