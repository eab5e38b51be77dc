"""Imports (导入): one instrument's draft read from an office's own table, and its rows with what was understood of each.

A draft writes nothing to the register. The rows stay after acceptance: they are the evidence of what was handed in.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.places.models import Place
from zhize.record.models import Event, Instrument
from zhize.register.models.seat import Seat


class Import(models.Model):
    """One file handed in as the annex of one instrument."""

    class Kind(models.TextChoices):
        POWER = "power", "权力清单"
        DUTY = "duty", "责任清单"
        BODIES = "bodies", "机构名录"
        HOLDINGS = "holdings", "职责归属表"
        TRANSFER = "transfer", "划转目录"
        SERVICE = "service", "政务服务事项目录"
        TOWNSHIP = "township", "乡镇履行职责事项清单"

    class State(models.TextChoices):
        DRAFTED = "drafted", "草案"
        ACCEPTED = "accepted", "已接受"
        DISCARDED = "discarded", "已放弃"

    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    instrument = models.ForeignKey(Instrument, models.PROTECT, null=True, blank=True, related_name="imports")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="辖区")
    day = models.DateField("施行日")
    mapping = models.JSONField("列的理解", default=list)
    counts = models.JSONField("计数", default=dict)
    findings = models.JSONField("整份文件的意见", default=list)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFTED)
    drafted_at = models.DateTimeField("起草时刻")
    drafted_by = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="起草行为")
    settled_at = models.DateTimeField("定案时刻", null=True, blank=True)
    settled_by = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="定案行为"
    )

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_import_a_file_and_kind",
                fields=["kind", "sha256"],
                condition=~Q(state="discarded"),
                violation_error_message="同一份文件按同一种类只能有一份有效的导入",
            ),
            models.CheckConstraint(
                name="accepted_import_has_a_paper",
                condition=~Q(state="accepted") | Q(instrument__isnull=False, settled_by__isnull=False),
                violation_error_message="已接受的导入须有依据文件和接受行为",
            ),
        ]

    def __str__(self) -> str:
        return f"导入第{self.pk}号（{self.get_kind_display()}）"


class Errand(models.Model):
    """A large table is read (a list that came back, too), a large draft accepted, or any draft simulated, by the worker: what was asked for, in which seat, and how far it is.

    It says nothing of the register and is no act; the act it leads to is. The file is kept until that act is done.
    """

    class What(models.TextChoices):
        DRAFT = "draft_import", "读取"
        ACCEPT = "accept_import", "接受"
        SHEET = "draft_sheet", "读入申报表"
        SIMULATE = "simulate", "模拟"

    class State(models.TextChoices):
        WAITING = "waiting", "等候"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        REFUSED = "refused", "未通过"
        STOPPED = "stopped", "已停止"

    OPEN = (State.WAITING, State.RUNNING)
    IMPORTS = (What.DRAFT, What.ACCEPT)  # every reader's to look at; the others are their officer's own

    what = models.CharField("做什么", max_length=16, choices=What.choices)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    file_name = models.CharField("文件名", max_length=255)
    content = models.BinaryField("文件", null=True)
    said = models.JSONField("怎样读", default=dict)
    draft = models.ForeignKey(
        Import, models.CASCADE, null=True, blank=True, related_name="errands", verbose_name="导入"
    )
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+", verbose_name="席位")
    who = models.CharField("何人", max_length=120)
    asked_at = models.DateTimeField("交办时刻")
    ended_at = models.DateTimeField("结束时刻", null=True, blank=True)
    stage = models.CharField("到哪一步", max_length=20, blank=True)
    done = models.PositiveIntegerField("已办", default=0)
    total = models.PositiveIntegerField("共", null=True, blank=True)
    stop = models.BooleanField("要求停止", default=False)
    refusal = models.JSONField("为何未通过", null=True, blank=True)
    made = models.CharField("办成了什么", max_length=200, blank=True, default="")  # the page of it

    class Meta:
        verbose_name = verbose_name_plural = "导入作业"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_what_display()}“{self.file_name}”"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None


class ImportRow(models.Model):
    """One row of the file: as it stood, as it was understood, and what was found wrong with it."""

    class Verdict(models.TextChoices):
        TAKEN = "taken", "采纳"
        REFUSED = "refused", "不采纳"
        SKIPPED = "skipped", "非数据行"

    draft = models.ForeignKey(Import, models.CASCADE, related_name="rows", verbose_name="导入")
    sheet = models.CharField("工作表", max_length=120, blank=True)
    row = models.PositiveIntegerField("行号")
    verdict = models.CharField("结论", max_length=8, choices=Verdict.choices)
    reason = models.CharField("略过的原因", max_length=40, blank=True)
    raw = models.JSONField("原值", default=list)
    understood = models.JSONField("理解为", default=dict)
    findings = models.JSONField("意见", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "导入的行"
        ordering = ["id"]
        indexes = [models.Index(fields=["draft", "verdict", "id"], name="import_row_by_verdict")]

    def __str__(self) -> str:
        return f"{self.sheet}第{self.row}行"
