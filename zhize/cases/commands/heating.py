"""What many speak of at once: looked for by the clock in the cases of the last weeks; supervisors are told of each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from zhize.accounts.models import By
from zhize.cases import rights  # noqa: F401  (declares the rights)
from zhize.cases.models import Case, Topic
from zhize.cases.queries.routing import chain
from zhize.kernel import topics as kernel
from zhize.kernel.period import day_of, in_beijing
from zhize.places.queries import root_place
from zhize.policy import queries as policy
from zhize.record.acts import act, note, tell, touch
from zhize.register import access

BY = By.system("热点发现")
MOST = 20_000  # the newest cases that are looked through at once
KEPT = 2  # cases in common make it the topic seen before


def find_topics(now: datetime) -> int:
    """Group what came in within two windows, keep what is hot, tell of what is new and past the threshold. How many are hot."""
    day = day_of(now)
    above = chain(root_place(day).pk, day)
    window = timedelta(days=policy.value("cases.topic.window", above, day).value)
    least = policy.value("cases.topic.least", above, day).value
    rows = {str(c.pk): c for c in _lately(now - 2 * window)}
    found = kernel.topics([_told(c) for c in rows.values()], window=window, least=least)
    kept = [_keep([rows[no] for no in t.members], t, now, window) for t in found]
    hot = [t for t in kept if t is not None and t.recent >= least]
    for topic in hot:
        threshold = policy.value("cases.topic.alert", chain(topic.place_id, day), day).value
        if topic.told_at is None and topic.recent >= threshold:
            alert_topic(topic, by=BY, now=now)
    return len(hot)


@act
def alert_topic(topic: Topic, *, by: By, now: datetime) -> Topic:
    """Tell supervisors that many speak of one affair; once, however it grows."""
    access.require(by, "cases.alert_topic", topic.place_id, day_of(now))
    touch(*(f"case:{pk}" for pk in topic.cases.values_list("pk", flat=True)))
    note(topic=topic.pk, title=topic.title, cases=topic.size, callers=topic.callers, recent=topic.recent)
    topic.told_at = now
    topic.save(update_fields=["told_at"])
    tell()
    return topic


def _lately(since: datetime) -> Iterable[Case]:
    """Never a case whose teller is to stay unknown: where and when he spoke would stand on a page."""
    rows = Case.objects.filter(received_at__gte=since, confidential=False).exclude(
        state__in=("withdrawn", "not_accepted")
    )
    return rows.select_related("caller").order_by("-pk")[:MOST]


def _told(case: Case) -> kernel.Told:
    caller = getattr(case, "caller", None)
    who = caller.digest if caller is not None else ""
    return kernel.Told(str(case.pk), case.title, case.text, in_beijing(case.received_at), who or str(case.pk))


def _keep(cases: Sequence[Case], found: kernel.Topic, now: datetime, window: timedelta) -> Topic | None:
    """The topic seen before with these cases, brought up to date; else a new one."""
    first, last = min(c.received_at for c in cases), max(c.received_at for c in cases)
    known = Topic.objects.filter(cases__in=cases, seen_at__gte=now - 2 * window).order_by("pk").distinct()
    shared = Counter({t: t.cases.filter(pk__in=[c.pk for c in cases]).count() for t in known})
    topic = max(shared, key=lambda t: (shared[t], -t.pk)) if shared else Topic(found_at=now)
    if topic.pk and shared[topic] < KEPT:
        topic = Topic(found_at=now)
    places = Counter(c.place_id for c in cases)
    recent = sum(c.received_at > now - window for c in cases)
    said = {
        "title": found.title[:120], "words": found.words, "place_id": _together(sorted(places), day_of(now)),
        "places": {str(p): n for p, n in places.most_common()}, "days": found.days, "first_seen": first, "last_seen": last,
        "size": len(cases), "callers": found.tellers, "recent": recent, "before": len(cases) - recent, "seen_at": now,
    }  # fmt: skip
    for name, value in said.items():
        setattr(topic, name, value)
    topic.save()
    topic.cases.set(cases)
    return topic


def _together(places: Sequence[int], day: date) -> int:
    """The smallest place all of them lie in."""
    others = [set(chain(p, day)) for p in places]
    return next((p for p in chain(places[0], day) if all(p in o for o in others)), places[0])
