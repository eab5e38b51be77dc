"""Load the packs and build the demonstration town, by the same acts a user has. Each stage is named as it starts."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from zhize.accounts.models import By, Officer
from zhize.places.commands import establish, regroup, succeed
from zhize.places.models import Place
from zhize.places.terms import Expression
from zhize.policy.commands import set_competence, set_policy
from zhize.record.models import Instrument
from zhize.register import commands
from zhize.register.loading import duties as duty_rows
from zhize.register.loading.atlas import read_atlas
from zhize.register.loading.bodies import Cast, Gazetteer, Planned, papers_used
from zhize.register.loading.local import absences, catalogue, local
from zhize.register.loading.packs import Pack, Row, default
from zhize.register.loading.papers import enter_instruments, enter_laws, instruments_of, laws_of
from zhize.register.loading.rules import competences_of, settings_of
from zhize.register.models import Body, Duty, Holding, Seat, Segment
from zhize.register.terms import Line, NewBody

Say = Callable[[str], None]


def load(packs: Sequence[Pack], *, now: datetime, say: Say = lambda _: None) -> str:
    """Everything, once, into an empty database, all or nothing. Returns the demonstration officers' password."""
    with transaction.atomic():
        return _Load(packs, now, say).run()


class _Load:
    def __init__(self, packs: Sequence[Pack], now: datetime, say: Say) -> None:
        self.packs, self.now, self.say, self.by = packs, now, say, By.system("装载")
        self.rows = [r for p in packs for r in p.rows("duty")]

    def run(self) -> str:
        """1 papers and laws · 2 places · 3 policy · 4 bodies · 5 duties · 6 lists · 7 hand-over · what counties say their own way · 8 reforms · 9 matters · 10 seats."""
        self.say("登记文件和法律")
        self.papers = enter_instruments(instruments_of(self.packs), by=self.by, now=self.now)
        enter_laws(*laws_of(self.packs, self.papers), by=self.by, now=self.now)
        self.say("登记全国区划沿革、乡镇街道、功能区")
        self._places()
        self.say("装载政策、工作日历、权限规定")
        self._policy()
        self.say("设立机构")
        self._bodies()
        self.say("登记职责")
        self._duties()
        self.say("公布权力清单、责任清单")
        self._lists()
        self.say("综合行政执法划转、机构改革")
        self._handover()
        catalogue(self.town, by=self.by, now=self.now)
        local(self.town, self.places, by=self.by, now=self.now)
        self._reforms()
        absences(self.town, self.places, by=self.by, now=self.now)
        self._endings(date.max)
        self.say("登记诉求事项，安排席位")
        self._matters()
        return self._seats()

    def _paper(self, key: str) -> Instrument:
        """The paper a pack names under a key of its [defaults]."""
        return self.papers[default(self.packs, key)]

    def _places(self) -> None:
        atlas = read_atlas(self.packs, self.papers)
        base = self._paper("areas_instrument")
        places = establish(atlas.histories, instrument=base, by=self.by, now=self.now)
        pairs = [(places[a], places[b], day, how, paper) for a, b, day, how, paper in atlas.successions]
        succeed(pairs, instrument=base, by=self.by, now=self.now)
        for g in atlas.groups:
            by_paper: dict[str, list[tuple[Place, date, date | None]]] = defaultdict(list)
            for m in g["members"]:
                by_paper[m["instrument"]].append((places[m["place"]], m["since"], m.get("until")))
            for key, members in by_paper.items():
                regroup(places[g["key"]], members, instrument=self.papers[key], by=self.by, now=self.now)
        self.places = places

    def _policy(self) -> None:
        for key, rows in settings_of(self.packs, self.papers, self.places).items():
            set_policy(rows, instrument=self.papers[key], by=self.by, now=self.now)
        base = self._paper("competence_instrument")
        set_competence(list(competences_of(self.packs, self.places)), instrument=base, by=self.by, now=self.now)

    def _bodies(self) -> None:
        self.cast = Cast(self.packs, Gazetteer())
        self.bodies: dict[str, Body] = {}
        waiting = list(self.cast.bodies.values())
        while waiting:
            ready = [
                b for b in waiting if not b.superior or b.superior in self.bodies or b.superior not in self.cast.bodies
            ]
            for key, together in papers_used(ready or waiting).items():
                lines = [self._line(p) for p in together]
                self.bodies |= commands.found(lines, instrument=self.papers[key], by=self.by, now=self.now)
            waiting = [b for b in waiting if b.code not in self.bodies]
        for planned in self.cast.bodies.values():
            self._later(planned)

    def _line(self, p: Planned) -> NewBody:
        superior = p.superior if p.superior in self.cast.bodies else ""
        return NewBody(
            p.code,
            p.kind,
            p.level,
            p.name,
            p.since,
            self.places[p.place].pk,
            p.short,
            p.family,
            superior,
            p.phone,
            uscc=p.uscc,
            demo=p.demo,
        )

    def _later(self, p: Planned) -> None:
        body = self.bodies[p.code]
        for n in p.names:
            commands.rename(
                body, n.name, short=n.short, day=n.day, instrument=self.papers[n.instrument], by=self.by, now=self.now
            )
        for day, superior, key in p.moves:
            commands.subordinate(
                body, self.bodies[superior], day=day, instrument=self.papers[key], by=self.by, now=self.now
            )

    def _duties(self) -> None:
        lines = duty_rows.duties_of(self.packs)
        mains = [x for x in lines if x.kind == "main"]
        listed = default(self.packs, "list_instruments")
        paper = self.papers[listed["other"]]
        duties = commands.define(mains, instrument=paper, by=self.by, now=self.now)
        rest = [x for x in lines if x.kind != "main"]
        duties |= commands.define(rest, instrument=self.papers[listed["power"]], by=self.by, now=self.now)
        zones = [z for p in self.packs for z in p.rows("zone")]
        self.town = duty_rows.Town(self.packs, self.cast, self.papers, self.bodies, duties, self.rows, zones)
        self.endings = duty_rows.endings_of(self.town)

    def _lists(self) -> None:
        for by_paper in (duty_rows.lines_of(self.town), duty_rows.town_lines_of(self.town)):
            for key, lines in by_paper.items():
                commands.assign(lines, instrument=self.papers[key], by=self.by, now=self.now)

    def _handover(self) -> None:
        self.parts: dict[tuple[str, str], Segment] = {}
        for notice in (n for p in self.packs for n in p.rows("hand_over")):
            paper, day = self.papers[notice["instrument"]], notice["day"]
            for row, names in duty_rows.segments_of(self.town):
                duty = self.town.duties[row["key"]]
                made = commands.divide(duty, names, day=day, instrument=paper, by=self.by, now=self.now)
                self.parts |= {(row["key"], name): segment for name, segment in made.items()}
            transfers = duty_rows.transfers_of(self.town, notice, self.parts)
            commands.hand_over(transfers, day=day, instrument=paper, by=self.by, now=self.now)

    def _reforms(self) -> None:
        ends = sorted(
            (b for b in self.cast.bodies.values() if b.until), key=lambda b: (b.until or date.max, b.ended_by)
        )
        groups: dict[tuple[date, str], list[Planned]] = defaultdict(list)
        for p in ends:
            groups[p.until or date.max, p.ended_by].append(p)
        for (day, key), gone in groups.items():
            self._endings(day)  # nobody inherits what has lost its law before
            pairs = [(self.bodies[p.code], self.bodies[p.successor]) for p in gone if p.successor in self.bodies]
            if pairs:
                commands.merge(pairs, day=day, instrument=self.papers[key], by=self.by, now=self.now)
            left = [self.bodies[p.code] for p in gone if p.successor not in self.bodies]
            self._abolish(left, day, self.papers[key])
        self._interim()

    def _abolish(self, bodies: list[Body], day: date, paper: Instrument) -> None:
        for body in bodies:
            held = set(Holding.objects.live().from_day_on(day).filter(body=body).values_list("duty_id", flat=True))
            commands.abolish(body, close=held, day=day, instrument=paper, by=self.by, now=self.now)

    def _interim(self) -> None:
        """Until a new city's own bodies stand, its parent's serve it (spec §12.4)."""
        for row in (r for p in self.packs for r in p.rows("interim")):
            served = self.places[row["served_by"]].pk
            held = (
                Holding.objects.as_of(row["from"])
                .filter(place_id=served, level=4)
                .select_related("duty", "body", "segment")
            )
            where = Expression((self.places[row["place"]].pk,))
            lines = [
                Line(
                    h.duty,
                    h.body,
                    4,
                    where,
                    row["from"],
                    row["until"],
                    h.segment,
                    h.capacity,
                    h.mode,
                    h.principal,
                    h.concurrent,
                )
                for h in held
            ]
            commands.assign(lines, instrument=self.papers[row["instrument"]], by=self.by, now=self.now)

    def _endings(self, until: date) -> None:
        """What a later paper ended leaves the lists, and nothing more is said of it; so with what was listed for a term."""
        for day, key in sorted(self.endings):
            if day <= until:
                self._end(self.endings.pop((day, key)), day, self.papers[key])

    def _end(self, gone: list[Duty], day: date, paper: Instrument) -> None:
        held = list(Holding.objects.live().from_day_on(day).filter(duty__in=gone).select_related("body"))
        if held:
            commands.cease(held, why="事项终止", day=day, instrument=paper, by=self.by, now=self.now)
        excused = {r["of"] for p in self.packs for r in p.rows("absence")}  # still asked for: a gap with a reason
        over = [d for d in gone if d.key not in excused]
        commands.retire(over, day=day, instrument=paper, by=self.by, now=self.now)

    def _matters(self) -> None:
        catalogues = [(self.papers[r["instrument"]], r["since"]) for r in default(self.packs, "matter_instruments")]
        first, day = catalogues[0]
        lines = duty_rows.matters_of(self.packs, day)
        matters = commands.define_matters(lines, instrument=first, by=self.by, now=self.now)
        answers = duty_rows.answers_of(self.packs, matters, self.town.duties, self.parts)
        for paper, since in catalogues:
            commands.map_matter(answers, day=since, instrument=paper, by=self.by, now=self.now)

    def _seats(self) -> str:
        rows = [r for p in self.packs for r in p.rows("officer")]
        word = secrets.token_urlsafe(9)
        hashed = make_password(word)  # once: the same word for all demonstration officers
        officers = {r["username"]: self._officer(r, hashed) for r in rows}
        by_paper: dict[str, list[Seat]] = defaultdict(list)
        for r in rows:
            for s in r["seats"]:
                by_paper[r["instrument"]].append(self._seat(officers[r["username"]], s))
        for key, seats in by_paper.items():
            commands.appoint(seats, instrument=self.papers[key], by=self.by, now=self.now)
        return word

    def _officer(self, r: Row, hashed: str) -> Officer:
        return Officer.objects.create(username=r["username"], password=hashed, display_name=r["name"])

    def _seat(self, officer: Officer, s: Row) -> Seat:
        return Seat(
            officer=officer,
            role=s["role"],
            body=self.bodies[s["body"]],
            place=self.places[s["place"]],
            from_day=s["since"],
            to_day=s.get("until"),
        )
