"""A request that comes from a seat at a moment, without the cookie and the session that would say so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from unittest.mock import patch


@contextlib.contextmanager
def seated(request: Any, seat: Any, now: datetime) -> Iterator[None]:
    request.user, request._seat, request.session = seat.officer, seat, {}
    with patch("django.utils.timezone.now", return_value=now):
        yield
