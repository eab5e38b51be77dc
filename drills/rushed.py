"""Drill 7: thirty-two clients at one case, and at one assignment, at the same moment.

Of acts that exclude each other exactly one succeeds; the others are refused in a sentence, none with a fault. The case is in a state its
table knows with one event for each act that succeeded, and no two spans of the duty overlap.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from drills._ground import SEED, Answer, Bars, Site, message, throw_away

CLIENTS = 32
DUTY, LEVEL = "urb-street-trading", 4
PAPER = """
import django, json; django.setup()
from datetime import date
from zhize.record.models import Instrument
from zhize.register.models import Body, BodyLife, Duty, Holding
from zhize.places.models import Place
day = date(2020, 1, 1)
for n in range(%(rounds)s):
    Instrument.objects.get_or_create(key=f"drill-{n}", defaults=dict(title=f"演练第{n}号", kind="notice", issuer="温州市人民政府",
        issuer_class="政府", issuer_level="city", issuer_area="330300", effective=date(2020 + n // 12, n %% 12 + 1, 1), demo=True))
lives = BodyLife.objects.as_of(day).filter(to_day=None, body__level=4, body__kind="机关", body__code__endswith="-330302")
held = Holding.objects.filter(duty__key=%(duty)r, level=4, place__key="330302", capacity="NAME_HOLDER")
print(json.dumps({"bodies": sorted(x.body.code for x in lives.select_related("body")), "holder": held.as_of(day).get().body.code}))
"""
SPANS = """
select h.from_day::text, coalesce(h.to_day::text, '9999') from register_holding h join register_duty d on d.id = h.duty_id
join places_place p on p.id = h.place_id where d.key = %s and h.level = 4 and p.key = '330302' and h.capacity = 'NAME_HOLDER'
and h.withdrawn_at is null order by 1"""


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    with throw_away() as site:
        site.serve()
        return drill(site, rounds=2 if quick else 50, seed=seed)


def drill(site: Site, *, rounds: int, seed: int) -> dict[str, Any]:
    bars, draw = Bars(), random.Random(seed)
    cases = [_one_case(site, draw, f"rush-{seed}-{n}") for n in range(rounds)]
    handed = _one_assignment(site, rounds)
    every = Counter(str(status) for ends in [*cases, *handed] for status in ends["codes"].elements())
    bars.is_("rounds_at_a_case_with_one_success", sum(e["codes"][200] == 1 for e in cases), rounds)
    bars.is_("cases_with_more_events_than_successes", sum(e["events"] != e["codes"][200] for e in cases), 0)
    bars.is_("rounds_at_an_assignment_with_one_success", sum(e["codes"][200] == 1 for e in handed), rounds)
    bars.is_("overlapping_or_empty_spans", _faulty(site), 0)
    bars.is_("faults_of_the_server", sum(n for code, n in every.items() if code.startswith("5") or code == "0"), 0)
    return bars.told("rushed", seed, clients=CLIENTS, rounds=rounds, answers=dict(every))


def _one_case(site: Site, draw: random.Random, mark: str) -> dict[str, Any]:
    """A message nobody knows the matter of: answered on the spot, or refused, or sent on; only one of them can be."""
    _, got = site.post("cases/receive", {"message": {k: v for k, v in message(site, draw, mark).items() if k != "matter"}}, "partner", mark)  # fmt: skip
    no = got["no"]
    acts = (("answer", {"text": "已当场答复。"}), ("classify", {"matter": "摆摊"}))
    said = acts[draw.randint(0, 1)]
    ends = _rush(lambda _: site.post(f"cases/{no}/{said[0]}", said[1], "dispatcher", timeout=120))
    found = "select count(*) from record_event where act = %s and 'case:' || %s = any(touched)"
    events = site.ask(found, [said[0], got["case_id"]])[0][0]
    return {"codes": ends, "events": events}


def _one_assignment(site: Site, rounds: int) -> list[dict[str, Any]]:
    said = site.python(PAPER % {"rounds": rounds, "duty": DUTY})
    holder, ends = said["holder"], []
    for n in range(rounds):
        takers = [body for body in said["bodies"] if body != holder]
        won: list[str] = []
        ends.append({"codes": _rush(_handing(site, n, holder, takers, won))})
        holder = won[0] if won else holder
    return ends


def _handing(site: Site, n: int, holder: str, takers: list[str], won: list[str]) -> Callable[[int], Answer]:
    """Round n: from this holder to one of these on the first of a month."""
    day, where = f"{2020 + n // 12}-{n % 12 + 1:02}-01", {"include": ["330302"]}

    def hand(k: int) -> Answer:
        to = takers[k % len(takers)]
        line = {"duty": DUTY, "level": LEVEL, "leaving": [{"body": holder, "where": where}], "arriving": [{"body": to, "where": where}]}  # fmt: skip
        said = {"transfers": [line], "day": day, "instrument": f"drill-{n}"}
        answer = site.post("register/hand_over", said, "register_editor", timeout=120)
        if answer[0] == 200:
            won.append(to)
        return answer

    return hand


def _rush(act: Any) -> Counter[int]:
    gate, ends = threading.Barrier(CLIENTS), Counter[int]()

    def go(n: int) -> None:
        gate.wait()
        try:
            ends[act(n)[0]] += 1
        except OSError:
            ends[0] += 1

    threads = [threading.Thread(target=go, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def _faulty(site: Site) -> int:
    spans = site.ask(SPANS, [DUTY])
    return sum(a >= b for a, b in spans) + sum(one[1] > two[0] for one, two in pairwise(spans))
