"""Who sits here and now: every view of the desk begins with it."""

from __future__ import annotations

from zhize.register import seats
from zhize.register.seats import Desk

desk = seats.desk()
desk_of = seats.desk  # a page for some seats only: the menu shows it to them alone

__all__ = ["Desk", "desk", "desk_of"]
