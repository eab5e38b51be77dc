"""Keep exhibits: content-addressed, written once, remembered by this process once they are sure to stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from zhize.cases import sql
from zhize.cases.limits import Terms
from zhize.cases.models import Exhibit
from zhize.kernel.merkle import digest
from zhize.record.digest import ALGORITHM, canonical

REMEMBERED = 20_000
_ids: dict[tuple[str, str], int] = {}

_KEEP = """
insert into cases_exhibit (digest, content) select d, c::jsonb from unnest(%s::text[], %s::text[]) as new(d, c)
on conflict (digest) do nothing returning digest, id"""


def name_of(content: Mapping[str, Any]) -> str:
    """The digest a content is kept under."""
    return digest(ALGORITHM, canonical(dict(content))).hex()


def keep(contents: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Ids for contents, given by digest; what is not kept yet is written now."""
    here = sql.where()
    known = {name: _ids[here, name] for name in contents if (here, name) in _ids}
    wanted = {name: content for name, content in contents.items() if name not in known}
    return known | _write(wanted) if wanted else known


def keep_one(content: Mapping[str, Any]) -> int:
    name = name_of(content)
    return keep({name: content})[name]


def keep_terms(terms: Terms) -> int:
    return keep({terms.digest: terms.content})[terms.digest]


def forget() -> None:
    """Drop what this process remembers; for tests, whose rows are rolled back."""
    _ids.clear()


def _write(wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    names = sorted(wanted)  # always in one order, so that two writers cannot wait for each other
    texts = [canonical(dict(wanted[name])).decode() for name in names]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [names, texts])
        ids = dict(cursor.fetchall())
    if len(ids) < len(names):
        missing = [name for name in names if name not in ids]
        ids |= dict(Exhibit.objects.filter(digest__in=missing).values_list("digest", "id"))
    here = sql.where()
    transaction.on_commit(lambda: _remember(here, ids))
    return ids


def _remember(here: str, ids: Mapping[str, int]) -> None:
    if len(_ids) > REMEMBERED:
        _ids.clear()
    _ids.update({(here, name): pk for name, pk in ids.items()})
