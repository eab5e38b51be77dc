"""Questions about papers and laws."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear

from zhize.kernel.errors import BadInput
from zhize.kernel.text import docnumber, fold, looks_like_docnumber
from zhize.record.models import Instrument, Law


def papers() -> QuerySet[Instrument]:
    """The papers anybody may see: an import that nobody has accepted is no paper yet."""
    return Instrument.objects.exclude(kind=Instrument.Kind.DRAFT)


def instruments_like(words: str = "", kind: str = "", issuer: str = "", year: str = "") -> QuerySet[Instrument]:
    """Papers by number (misprints tolerated) or words of the title or issuer, by kind, issuer, year."""
    rows = papers()
    if said := fold(words):
        number = docnumber(words) if looks_like_docnumber(words) else said
        rows = rows.filter(Q(number__contains=number) | Q(title__contains=said) | Q(issuer__contains=said))
    if kind:
        rows = rows.filter(kind=kind)
    if issuer:
        rows = rows.filter(issuer=issuer)
    return _of_year(rows, year) if year else rows


def _of_year(rows: QuerySet[Instrument], year: str) -> QuerySet[Instrument]:
    if not (year.isdecimal() and 1900 <= int(year) <= 2200):
        raise BadInput(
            "年份“{year}”读不出来",
            why="不是四位数的年份",
            instead="请写成 2016",
            year=year,
            code="bad_year",
            field="year",
        )
    first, last = date(int(year), 1, 1), date(int(year), 12, 31)
    return rows.annotate(on=Coalesce("effective", "published", "signed")).filter(on__gte=first, on__lte=last)


def issuers() -> list[str]:
    """Who issues papers here, the most frequent first."""
    rows = papers().exclude(issuer="").values("issuer").annotate(n=Count("pk")).order_by("-n", "issuer")
    return [r["issuer"] for r in rows[:60]]


def years() -> list[int]:
    rows = papers().annotate(year=ExtractYear(Coalesce("effective", "published", "signed"))).exclude(year__isnull=True)
    return list(rows.order_by(F("year").desc()).values_list("year", flat=True).distinct())


def find_instrument(text: str) -> Instrument:
    """A paper by key, number (misprints tolerated) or exact title."""
    said = text.strip()
    number = docnumber(said) if looks_like_docnumber(said) else said
    for wanted in ({"key": said}, {"number": number}, {"title": fold(said)}):
        found = list(papers().filter(**wanted)[:2]) if said else []
        if len(found) == 1:
            return found[0]
    raise BadInput(
        "找不到文件“{text}”",
        why="登记中没有这个文号或标题，或者不止一份",
        instead="请从列表中选择，或者先登记这份文件",
        text=text,
        code="unknown_instrument",
        field="instrument",
    )


def laws_like(words: str, limit: int = 8) -> list[Law]:
    said = fold(words)
    return list(Law.objects.filter(name__contains=said).order_by("name")[:limit]) if said else []
