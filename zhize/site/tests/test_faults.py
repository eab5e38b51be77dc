"""A database that is away is said as such, with when to try again; never as a fault of the page."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from tests.town import Town


@pytest.mark.parametrize("address", ["/", "/api/v1/who?q=摆摊", "/open311/v2/services.json"])
def test_a_database_that_is_away_is_answered_with_503_and_a_time(town: Town, address: str) -> None:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    with patch.object(
        BaseDatabaseWrapper, "cursor", side_effect=OperationalError("the database system is starting up")
    ):
        answer: Any = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "数据库暂时用不了" in answer.content.decode()
