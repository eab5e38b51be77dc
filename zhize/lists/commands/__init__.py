"""What offices do with lists."""

from zhize.lists.commands.comparing import compare, decide
from zhize.lists.commands.publishing import publish

__all__ = ["compare", "decide", "publish"]
