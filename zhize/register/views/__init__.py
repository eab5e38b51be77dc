"""The register's desk: the door and the seats, the log, the findings, the acts."""

from zhize.register.views.acts import enter_instrument, hand_over, rename, suggest
from zhize.register.views.desk import desk, events, findings, head
from zhize.register.views.door import door, seats

__all__ = ["desk", "door", "enter_instrument", "events", "findings", "hand_over", "head", "rename", "seats", "suggest"]
