from zhize.cases.commands.intake import receive

__all__ = ["receive"]
