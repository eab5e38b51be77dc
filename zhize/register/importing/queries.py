"""Questions about imports, for pages and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from zhize.kernel.errors import BadInput
from zhize.register.models import Import, ImportRow

PAGE = 100


def draft(number: int) -> Import:
    """The import with this number, with its paper and place."""
    found = Import.objects.select_related("instrument", "place", "drafted_by", "settled_by").filter(pk=number).first()
    if found is None:
        raise BadInput("没有第{number}号导入", instead="请核对编号", number=number, code="no_import")
    return found


def drafts(state: str = "", limit: int = PAGE) -> list[Import]:
    """The latest imports, of one state if given."""
    found = Import.objects.select_related("instrument", "place")
    return list((found.filter(state=state) if state else found)[:limit])


def rows(draft: Import, verdict: str = "", after: int = 0, limit: int = PAGE) -> list[ImportRow]:
    """The import's rows in the file's order, of one verdict if given, beyond the row with the id `after`."""
    found = ImportRow.objects.filter(draft=draft, pk__gt=after).order_by("pk")
    return list((found.filter(verdict=verdict) if verdict else found)[:limit])


def findings(draft: Import) -> Iterator[dict[str, Any]]:
    """Every finding: first those on the whole file, then row by row."""
    yield from draft.findings
    told = ImportRow.objects.filter(draft=draft).exclude(findings=[]).order_by("pk")
    for found in told.values_list("findings", flat=True).iterator(chunk_size=1000):
        yield from found


def report(draft: Import) -> dict[str, Any]:
    """The import as scripts read it."""
    said = outline(draft.kind, draft.file_name, draft.counts, draft.mapping, findings(draft))
    return said | {
        "import": draft.pk,
        "state": draft.state,
        "sha256": draft.sha256,
        "day": draft.day.isoformat(),
        "instrument": draft.instrument.citation if draft.instrument else None,
        "written": draft.counts.get("written"),
    }


def outline(
    kind: str, file: str, counts: dict[str, Any], mapping: list[dict[str, Any]], found: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """{"kind","file","rows","taken","refused","skipped","columns","findings"} and how the lines add up."""
    told = ("rows", "taken", "refused", "skipped", "lines", "headings", "skips", "unchanged", "plans")
    sheets = [{"sheet": m["sheet"], "row": m["row"], "table": m["table"]} for m in mapping]
    return {
        "kind": kind,
        "file": file,
        **{name: counts[name] for name in told},
        "columns": [c for m in mapping for c in m["columns"]],
        "sheets": sheets,
        "findings": list(found),
    }
