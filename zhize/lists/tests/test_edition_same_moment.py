"""Publishing while others act: an act that is not yet committed is either in the edition or refused, never behind it."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from django.db import connections, transaction

from tests.town import Town
from zhize.lists.queries.editions import content, prove
from zhize.lists.tests.test_editions import MAY, deciding, one
from zhize.register.commands import describe
from zhize.register.models import Holding
from zhize.register.queries.items import read_items
from zhize.register.terms import Described


def test_publishing_waits_for_acts_under_way_and_sees_them(open_town: Town) -> None:
    body, paper, listed = open_town.body("wz-zhujian"), deciding(open_town), deciding(open_town)
    held = Holding.objects.as_of(MAY).filter(body=body, duty__kind="power", capacity="NAME_HOLDER")
    key = next(read_items(held, MAY)).key
    said = [Described(open_town.duty(key), {"unit": "还没有提交的处室"}, MAY, body)]
    done, go = threading.Event(), threading.Event()

    def act() -> None:
        try:
            with transaction.atomic():
                describe(said, instrument=paper, by=open_town.seat("dengji"), now=open_town.now)
                done.set()
                go.wait(10)
        finally:
            connections.close_all()

    other = threading.Thread(target=act)
    other.start()
    assert done.wait(20), "the act has left its event and has not committed"
    threading.Timer(0.5, go.set).start()
    began = time.monotonic()
    edition = one(open_town, "wz-zhujian", paper=listed, now=open_town.now + timedelta(seconds=1))
    assert time.monotonic() - began > 0.3, "publishing waited"
    other.join()
    item = next(i for i in content(edition)["items"] if i["key"] == key)
    assert item["said"]["unit"] == "还没有提交的处室"
    assert prove(edition).holds
