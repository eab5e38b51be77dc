"""A hot statement is planned once: said here because for a while it was only believed."""

import pytest
from django.db import ProgrammingError, connection

from zhize.record.sql import run

pytestmark = pytest.mark.django_db


def kept(of: str) -> list[int]:
    """How often each plan PostgreSQL keeps for this statement was used."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select generic_plans + custom_plans from pg_prepared_statements where starts_with(statement, %s)", [of]
        )
        return [times for (times,) in cursor.fetchall()]


def test_a_statement_on_a_hot_path_is_prepared_once() -> None:
    asked = "select %(word)s || '，' || %(word)s as said_twice"
    assert [run(asked, {"word": word})[0][0] for word in ("灵昆", "瓯江口", "洞头")] == [
        "灵昆，灵昆",
        "瓯江口，瓯江口",
        "洞头，洞头",
    ]
    assert kept("select $1 || ") == [3]


def test_what_goes_wrong_is_told_as_everywhere_else() -> None:
    with pytest.raises(ProgrammingError):
        run("select nothing_of_this_name from nowhere", {})
