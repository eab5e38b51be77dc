"""What offices do with lists."""

from zhize.lists.commands.publishing import publish

__all__ = ["publish"]
