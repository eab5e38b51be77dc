"""Keeping the index of what was told: derived from the cases, written by the worker, off the way of intake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Max

from zhize.cases.models import Alike, AlikeSegment, Case
from zhize.kernel import alike

BATCH = 20_000  # of old cases at once: fewer rows than many small segments would write
BACK = 20_000  # cases back from the newest that are looked at for late ones: numbers are given before rows are seen
FAN = 8  # so many segments of a size become one of the next

JOIN = """insert into cases_alikerow (pair, segment_id, n, cases)
select pair, %(into)s, sum(n), string_agg(cases, ''::bytea order by segment_id) from cases_alikerow
where segment_id = any(%(old)s) group by pair order by pair"""
LOCK = "select pg_advisory_xact_lock(hashtext('cases_alike'))"


def index_cases(most: int = BATCH * 5) -> int:
    """Take in the cases that are not yet; how many. Two workers at once: the second waits and finds nothing left."""
    done = 0
    while done < most:
        with transaction.atomic():
            _alone()
            rows = _waiting()
            if rows:
                add([(pk, place, f"{title} {text}") for pk, place, title, text in rows])
        done += len(rows)
        if len(rows) < BATCH:
            return done
    return done


def add(told: Sequence[tuple[int, int, str]]) -> None:
    """One segment of (case, place, words), joined with its likes where there are enough of them."""
    said = [(pk, place, alike.pairs(text)) for pk, place, text in told]
    _copy("cases_alike (case_id, pairs)", ((pk, keys.astype("<i8").tobytes()) for pk, _, keys in said))
    segment = AlikeSegment.objects.create(cases=len(said)).pk
    rows = ((pair, segment, len(cases) // 4, cases) for pair, cases in _rows(said))
    _copy("cases_alikerow (pair, segment_id, n, cases)", rows)
    _join()


def _copy(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as copying:
        for row in rows:
            copying.write_row(row)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def _waiting() -> list[tuple[int, int, str, str]]:
    """The oldest first. After the first time only the newest are looked at."""
    newest = Alike.objects.aggregate(n=Max("case_id"))["n"] or 0
    rows = Case.objects.filter(pk__gt=newest - BACK, alike__isnull=True).order_by("pk")
    return list(rows.values_list("pk", "place_id", "title", "text")[:BATCH])


def _rows(said: Iterable[tuple[int, int, np.ndarray]]) -> Iterable[tuple[int, bytes]]:
    """For each pair, said anywhere and said of a place, and for each band the cases in order."""
    keys, cases = [], []
    for pk, place, pairs in said:
        every = np.concatenate([pairs, alike.within(place, pairs), alike.bands(pairs)])
        keys.append(every)
        cases.append(np.full(len(every), pk, "<u4"))
    key, who = np.concatenate(keys), np.concatenate(cases)
    order = np.lexsort((who, key))
    key, who = key[order], who[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(key)], strict=True):
        yield int(key[start]), who[start:end].tobytes()


def _join() -> None:
    """A handful of segments of one size become one: there are never many to ask, and a row is seldom written anew."""
    sizes: dict[int, list[AlikeSegment]] = defaultdict(list)
    for segment in AlikeSegment.objects.order_by("pk"):
        sizes[_size(segment.cases)].append(segment)
    for _, alike_ones in sorted(sizes.items()):
        if len(alike_ones) >= FAN:
            _into_one(alike_ones)
            _join()
            return


def _size(cases: int) -> int:
    return int(np.log(max(1, cases)) / np.log(FAN) + 1e-9)


def _into_one(old: list[AlikeSegment]) -> None:
    into = AlikeSegment.objects.create(cases=sum(s.cases for s in old))
    with connection.cursor() as cursor:
        cursor.execute(JOIN, {"into": into.pk, "old": [s.pk for s in old]})
        cursor.execute("delete from cases_alikerow where segment_id = any(%s)", [[s.pk for s in old]])
        cursor.execute("delete from cases_alikesegment where id = any(%s)", [[s.pk for s in old]])
