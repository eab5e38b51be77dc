"""Many at the same moment: one key is one case, numbers never meet, a leg is signed once. On the standing town, which commits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

from django.db import connection

from zhize.accounts.models import By
from zhize.cases.commands import receive, receive_many, withdraw
from zhize.cases.models import Case, Leg
from zhize.cases.terms import Message, Receipt
from zhize.kernel.errors import Refusal
from zhize.register.queries import find_matter

if TYPE_CHECKING:
    from tests.town import Town

CITIZEN = By.citizen()


def together(count: int, act: Callable[[int], Any]) -> list[Any]:
    """All start at once, each on a connection of its own; a refusal is an answer too."""
    gate = Barrier(count)

    def one(n: int) -> Any:
        gate.wait()
        try:
            return act(n)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def message(town: Town, **more: Any) -> Message:
    place = town.place("330302", town.now.date())
    matter = find_matter("占道摆摊", town.now.date())
    return Message("路口每天有人占道摆摊。", place.pk, matter_id=matter.pk, **more)


def test_twenty_deliveries_of_one_message_are_one_case(open_town: Town) -> None:
    said = message(open_town, idempotency_key="one")
    got = together(20, lambda _: receive(said, by=CITIZEN, now=open_town.now))
    assert Case.objects.count() == 1 and Leg.objects.filter(capacity="lead").count() == 1
    assert len({(r.no, r.secret) for r in got}) == 1 and sum(not r.replayed for r in got) == 1


def test_the_first_messages_of_a_day_have_numbers_of_their_own(open_town: Town) -> None:
    said = message(open_town)
    got = together(20, lambda _: receive(said, by=CITIZEN, now=open_town.now))
    assert len({r.no for r in got}) == 20 == Case.objects.count()
    assert all(0 < int(r.no.split("-")[2]) <= 60 for r in got)


def test_a_batch_and_a_single_with_the_same_keys_never_make_twins(open_town: Town) -> None:
    batch = [message(open_town, idempotency_key=str(n)) for n in range(40)]
    by = By.citizen()

    def act(n: int) -> Any:
        if n < 2:
            return receive_many(batch, by=by, now=open_town.now)
        return receive(batch[n * 3], by=by, now=open_town.now)

    got = together(8, act)
    assert Case.objects.count() == 40
    numbers = {r.no for part in got for r in (part if isinstance(part, list) else [part]) if isinstance(r, Receipt)}
    assert numbers == set(Case.objects.values_list("no", flat=True))


def test_of_two_who_take_one_case_back_one_succeeds(open_town: Town) -> None:
    taken = receive(message(open_town), by=CITIZEN, now=open_town.now)
    got = together(6, lambda _: withdraw(taken.case_id, by=CITIZEN, now=open_town.now))
    assert sum(isinstance(r, Refusal) for r in got) == 5
    assert {r.code for r in got if isinstance(r, Refusal)} == {"wrong_state"}
