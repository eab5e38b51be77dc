"""What a page asks of the database does not grow with what lies there."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhize.cases.commands import receive_many
from zhize.cases.commands.finding import index_words
from zhize.cases.models import Leg
from zhize.cases.queries.desk import QUEUES, lines, searched
from zhize.cases.queries.wall import wall
from zhize.cases.tests.conftest import Town, later
from zhize.cases.tests.stories import TUESDAY, message
from zhize.cases.tests.test_bulk import BY
from zhize.register.models import Seat
from zhize.register.queries.queues import counted, of_seat

NOW = later(TUESDAY, days=30)


def told(town: Town, count: int) -> None:
    receive_many([message(town, text=f"路灯{n}不亮") for n in range(count)], by=BY, now=TUESDAY)
    index_words()


def desk(seat: Seat) -> None:
    counted(QUEUES, seat, NOW)
    for queue in of_seat(QUEUES, seat):
        if queue.key != "gaps":
            rows = queue.rows(seat, NOW).order_by(*queue.order)
            lines((rows.select_related("case") if rows.model is Leg else rows)[:50], NOW, seat)


def pages(town: Town) -> dict[str, Callable[[], object]]:
    city, body = town.seats["supervisor"], town.seats["lc"]
    return {
        "desk": lambda: desk(city),
        "desk of a body": lambda: desk(body),
        "all": lambda: lines(searched(city, NOW, "", "", "", {}).rows, NOW, city),
        "search": lambda: lines(searched(city, NOW, "路灯", "", "", {}).rows, NOW, city),
        "wall": lambda: wall(city, NOW),
    }


def asked(call: Callable[[], object]) -> int:
    call()
    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


def test_forty_eight_cases_more_cost_a_page_no_question_each(town: Town) -> None:
    """Two or three at most, where the first twelve gave no occasion to ask."""
    told(town, 12)
    few = {name: asked(call) for name, call in pages(town).items()}
    told(town, 48)
    many = {name: asked(call) for name, call in pages(town).items()}
    assert many.pop("search") <= few.pop("search"), "a full page opens fewer volumes of the index"
    assert {name for name in few if many[name] > few[name] + 3} == set(), (few, many)
