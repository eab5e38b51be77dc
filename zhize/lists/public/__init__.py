"""Lists for everybody: by body, kind and day; one item; what is found, published, changed; everything to take away."""

from zhize.lists.public.announced import announced, announcement, comment
from zhize.lists.public.changes import beside, changed, feed
from zhize.lists.public.editions import changes, edition, edition_file, editions, list_file, notice_file, proof
from zhize.lists.public.finding import items
from zhize.lists.public.lists import item, list_, lists
from zhize.lists.public.whole import whole, whole_file

__all__ = [
    "announced",
    "announcement",
    "beside",
    "changed",
    "changes",
    "comment",
    "edition",
    "edition_file",
    "editions",
    "feed",
    "item",
    "items",
    "list_",
    "list_file",
    "lists",
    "notice_file",
    "proof",
    "whole",
    "whole_file",
]
