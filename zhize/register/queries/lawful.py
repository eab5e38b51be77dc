"""Do the legal bases of duties still stand on a day? Asked anew each time, so that a repealed law bites on its day,
whether or not anybody has done the paperwork."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhize.kernel.lawful import ANY, UNMAPPED, Fate, Move, follow, lost_since
from zhize.record.models import LawChange, LawVersion, ProvisionMove
from zhize.register.models import Duty, DutyBasis


@dataclass(frozen=True)
class LawBook:
    """The changes of some laws, read once: every article's moves, and the day each repealed law ended."""

    moves: dict[str, list[Move]]
    ended: dict[str, date]

    def fate(self, basis: DutyBasis, day: date) -> Fate:
        return follow(basis.law.key, basis.article, basis.from_day, day, self.moves, self.ended)

    def fate_by(self, basis: DutyBasis, day: date) -> Fate:
        """What the changes of this one day do to it, whatever older change nobody has followed yet."""
        eve = day - timedelta(days=1)
        before = self.fate(basis, eve)
        article = before.now[0][1] if len(before.now) == 1 else basis.article
        return before if before.dead else follow(basis.law.key, article, eve, day, self.moves, self.ended)


def law_book(law_ids: Collection[int], believed: datetime | None = None) -> LawBook:
    """What the register knows of these laws' changes. Three queries."""
    moves: dict[str, list[Move]] = defaultdict(list)
    rows = ProvisionMove.objects.as_believed(believed).filter(law_id__in=law_ids).order_by("from_day", "pk")
    named = ("law__key", "from_day", "old", "new", "how", "about", "to_law__key", "note")
    for key, day, old, new, how, about, to_law, note in rows.values_list(*named):
        moves[key].append(Move(day, old, tuple(new), how, frozenset(about), to_law or "", note))
    amended = LawChange.objects.as_believed(believed).filter(law_id__in=law_ids, kind=LawChange.Kind.AMENDED)
    for key, day in amended.values_list("law__key", "from_day"):
        if all(m.day != day for m in moves[key]):
            moves[key].append(Move(day, ANY, (ANY,), UNMAPPED))
    ends: dict[str, date | None] = {}
    versions = LawVersion.objects.as_believed(believed).filter(law_id__in=law_ids).order_by("from_day")
    for key, to_day in versions.values_list("law__key", "to_day"):
        ends[key] = to_day
    return LawBook(moves, {k: d for k, d in ends.items() if d is not None})


def fates(
    duty_ids: Collection[int], day: date, believed: datetime | None = None
) -> dict[int, list[tuple[DutyBasis, Fate]]]:
    """Each duty's bases in force on the day, with how their articles stand. Four queries."""
    rows = DutyBasis.objects.as_of(day, believed).filter(duty_id__in=duty_ids).select_related("law").order_by("pk")
    return weigh(rows, day, believed)


def weigh(
    bases: Iterable[DutyBasis], day: date, believed: datetime | None = None, book: LawBook | None = None
) -> dict[int, list[tuple[DutyBasis, Fate]]]:
    """The same for bases at hand (with their laws)."""
    rows = list(bases)
    known = book or law_book({b.law_id for b in rows}, believed)
    found: dict[int, list[tuple[DutyBasis, Fate]]] = defaultdict(list)
    for basis in rows:
        found[basis.duty_id].append((basis, known.fate(basis, day)))
    return found


def without_basis(duty_ids: Collection[int], day: date, believed: datetime | None = None) -> dict[int, date]:
    """Power items whose every basis has lapsed by the day, with the day the last one did: 暂停行使 since then."""
    weighed = fates(shaken(duty_ids, day, believed), day, believed)
    lost = {pk: lost_since([fate for _basis, fate in rows]) for pk, rows in weighed.items()}
    return {pk: since for pk, since in lost.items() if since is not None}


def shaken(duty_ids: Collection[int], day: date, believed: datetime | None = None) -> set[int]:
    """Of these duties the powers that stand, among others, on a law that lost something: only they can have lost their basis."""
    laws = _shaken_laws(day, believed)
    rows = DutyBasis.objects.as_believed(believed).filter(law__in=laws, duty__in=duty_ids, duty__kind=Duty.Kind.POWER)
    return set(rows.values_list("duty_id", flat=True)) if laws else set()


def _shaken_laws(day: date, believed: datetime | None) -> set[int]:
    """Laws that ended or lost an article by the day, or whose articles went into such a law: nothing else loses a basis."""
    moves = ProvisionMove.objects.as_of(day, believed)
    gone = set(moves.filter(how=ProvisionMove.How.DELETED).values_list("law_id", flat=True))
    versions = LawVersion.objects.as_believed(believed)
    over = versions.filter(to_day__lte=day).exclude(law__in=versions.as_of(day, believed).values("law_id"))
    gone |= set(over.values_list("law_id", flat=True))
    return gone | set(moves.filter(to_law__in=gone).values_list("law_id", flat=True))
