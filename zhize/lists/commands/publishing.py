"""The act on editions: publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.lists import rights  # noqa: F401  (declares the rights)
from zhize.lists.models import Batch, Edition
from zhize.lists.queries.editions import digest_of, latest, other_sides
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import NEWEST, render
from zhize.lists.queries.telling import next_level
from zhize.lists.schema import PUBLISHING
from zhize.policy.queries import require_competence
from zhize.record.acts import act, current, note, tell, touch
from zhize.record.digest import ALGORITHM, canonical
from zhize.record.models import Instrument
from zhize.register import access
from zhize.register.queries import body_names

SUBJECTS = {"power": "power_list", "town": "power_list", "zone": "power_list", "duty": "duty_list"}


@act
def publish(
    issues: Sequence[Issue],
    day: date,
    *,
    instrument: Instrument,
    by: By,
    now: datetime,
    corrects: Edition | None = None,
    reason: str = "",
    batch: Batch | None = None,
) -> list[Edition]:
    """Freeze lists as of a day, as known now, by the deciding paper; public from that day on.

    What a batch makes to be published is published once; a list that somebody has published meanwhile is left out.

    1 may this seat, may this paper · 2 nobody writes behind it · 3 a paper takes effect before its list, a correction
    speaks of the same day · 4 render, with a digest · 5 both sides of a transfer · 6 the event, to be told.
    """
    for issue in issues:
        _allow(issue, day, instrument, by, now)
    _close_the_past()
    _check(issues, day, instrument, corrects, reason)
    made = [_render(issue, day, now, instrument, corrects, reason.strip()) for issue in issues]
    made = [e for e, issue in zip(made, issues, strict=True) if _is_news(e, issue, quiet=batch is not None)]
    _both_sides(made)
    Edition.objects.bulk_create(made)
    touch(*(f"edition:{e.pk}" for e in made), *(f"body:{e.body_id}" for e in made if e.body_id))
    if batch is not None:
        _of_batch(batch, day, now)
    note(editions=[{"key": e.key, "digest": e.digest, "public_from": e.public_from.isoformat()} for e in made])
    tell()
    return made


def _allow(issue: Issue, day: date, paper: Instrument, by: By, now: datetime) -> None:
    site = issue.site(day)
    if site is None:
        raise Refusal(
            "{name}在{day}没有辖区",
            why="这一天它不存在，或者还没有登记辖区",
            rule="清单须有公布机关",
            instead="请核对日期",
            name=issue.name(day),
            day=day,
            code="no_site",
        )
    access.require(by, "lists.publish", site, day_of(now))
    require_competence("publish_list", SUBJECTS.get(issue.kind, "service_list"), paper, max(day, day_of(now)), [site])


def _close_the_past() -> None:
    """Acts under way finish first, later ones carry a later moment: what is believed now stays so (schema.py)."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [PUBLISHING])


def _check(issues: Sequence[Issue], day: date, paper: Instrument, corrects: Edition | None, reason: str) -> None:
    if not issues or len({(i.kind, i.scope) for i in issues}) < len(issues):
        raise BadInput("请选择要公布的清单，每张只选一次", code="no_issue", field="issues")
    if corrects is not None:
        _check_correction(issues, day, corrects, reason)
    elif paper.effective and paper.effective > day:
        raise Refusal(
            "{paper}自{effective}起施行，不能据它公布{day}的清单",
            why="清单不能早于决定它的文件生效",
            rule="第16条",
            instead="请改为施行日或以后的日期",
            paper=paper.citation,
            effective=paper.effective,
            day=day,
            code="before_its_paper",
        )


def _check_correction(issues: Sequence[Issue], day: date, corrects: Edition, reason: str) -> None:
    same = [(i.kind, i.body and i.body.pk, i.place and i.place.pk) for i in issues]
    if same != [(corrects.kind, corrects.body_id, corrects.place_id)] or day != corrects.day:
        raise BadInput(
            "更正公告须与被更正的那一版是同一张清单、同一天",
            why="{key}说的是{day}",
            instead="请按原来的机构、种类和日期更正；之后的变化另行公布",
            key=corrects.key,
            day=corrects.day,
            code="other_list",
            field="corrects",
        )
    if not reason.strip():
        raise BadInput("请写明更正了什么", code="no_reason", field="reason", instead="请填写更正说明")


def _render(
    issue: Issue, day: date, now: datetime, paper: Instrument, corrects: Edition | None, reason: str
) -> Edition:
    last, made = latest(issue), render(issue, day, now)
    text = canonical(made)
    digest = digest_of(text, ALGORITHM)
    serial = last.serial + 1 if last else 1
    return Edition(
        key=f"{issue.scope}-{issue.kind}-{serial}", kind=issue.kind, body=issue.body, place=issue.place, serial=serial,
        day=day, believed=now, instrument=paper, published_at=now, public_from=max(day, day_of(now)), corrects=corrects,
        reason=reason, renderer=NEWEST, algorithm=ALGORITHM, digest=digest, count=len(made["items"]),
        content=text.decode(), event_id=current().event_id,
    )  # fmt: skip


def _of_batch(batch: Batch, day: date, now: datetime) -> None:
    """Once; and the bodies of the next level are named, whose lists should follow."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.state != "effective" or held.published_at:
        raise Refusal(
            "这一批的清单现在不能公布", why="还没有施行，或者已经公布过", rule="第18条", instead="请刷新后查看批次页", code="not_to_publish"
        )  # fmt: skip
    held.published_at, held.unpublished = now, ""
    held.save(update_fields=["published_at", "unpublished"])
    touch(f"batch:{batch.pk}")
    note(batch=batch.no, next_level=next_level(batch, day))


def _is_news(made: Edition, issue: Issue, *, quiet: bool) -> bool:
    """Does it say anything, and anything new? Refused when it does not, or only left out."""
    last, day = latest(issue), made.day
    if quiet:
        return last.digest != made.digest if last else made.count > 0
    if last is None and not made.count:
        raise Refusal(
            "{name}在{day}没有可以公布的事项",
            why="登记中这一天这张清单是空的",
            rule="第18条",
            instead="请核对日期和清单种类",
            name=issue.name(day),
            day=day,
            code="empty_list",
        )
    if last is not None and last.digest == made.digest:
        raise Refusal(
            "{name}与第{serial}版一字不差",
            why="登记在两版之间没有变化",
            rule="第18条",
            instead="不必重新公布",
            name=issue.name(day),
            serial=last.serial,
            code="nothing_new",
        )
    return True


def _both_sides(made: Sequence[Edition]) -> None:
    """政府信息公开: what left one list stands in the other from the same day, or for a while nobody seems to hold it."""
    together = {(e.kind, e.body_id) for e in made if e.body_id}
    for edition in made:
        lacking = sorted(other_sides(edition, together))
        if lacking:
            names = body_names(lacking, edition.day)
            raise Refusal(
                "这次公布的划转只有一方",
                why="另一方“{others}”已经公布的清单还是划转以前的",
                rule="第17条",
                article="政府信息公开条例第二十六条",
                instead="请把双方的清单放在同一次公布",
                others="”“".join(names[b] for b in lacking),
                code="one_side_only",
                details=[str(b) for b in lacking],
            )
