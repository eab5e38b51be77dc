"""Wrong receipts: how many, from where, and for how long anything of it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from zhize.cases import tries
from zhize.cases.commands import watch
from zhize.cases.models import WrongTry
from zhize.cases.tests.conftest import Town, at
from zhize.cases.tests.stories import TUESDAY
from zhize.cases.tries import TRIES, WITHIN, barred, door_of, miss


def test_the_tenth_shuts_the_door_for_a_quarter_of_an_hour(town: Town) -> None:
    here, there = door_of("198.51.100.7"), door_of("198.51.100.8")
    for n in range(TRIES):
        assert not barred(here, TUESDAY), n
        miss(here, TUESDAY)
    assert barred(here, TUESDAY + WITHIN - timedelta(seconds=1)) and not barred(there, TUESDAY)
    assert not barred(here, TUESDAY + WITHIN)


def test_who_goes_on_trying_is_not_shut_out_the_longer(town: Town) -> None:
    """An office behind one address would else never come in again."""
    for n in range(TRIES + 5):
        miss(door_of("198.51.100.7"), TUESDAY + timedelta(seconds=n))
    assert not barred(door_of("198.51.100.7"), TUESDAY + WITHIN + timedelta(seconds=1))


def test_no_address_is_kept_and_what_is_kept_is_forgotten(town: Town) -> None:
    miss(door_of("198.51.100.7"), TUESDAY)
    assert "198" not in WrongTry.objects.get().door and len(WrongTry.objects.get().door) == 64
    miss(door_of("198.51.100.8"), TUESDAY + WITHIN)
    assert WrongTry.objects.get().door == door_of("198.51.100.8")
    watch(at("2016-03-02 10:00"))
    assert not WrongTry.objects.exists()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("", "unix", False),
    ],
)
def test_who_has_one_address_of_a_network_has_them_all(one: str, other: str, same: bool) -> None:
    assert (tries.door_of(one) == tries.door_of(other)) is same
