"""Holdings: duty × segment × level × place expression × body × capacity × mode × span × instrument."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhize.places.models import Place
from zhize.record.models import Statement, never_two_at_once, statement_rules
from zhize.register.models.body import Body
from zhize.register.models.duty import Duty, Segment


class Capacity(models.TextChoices):
    """As what a body holds (以什么身份)."""

    NAME_HOLDER = "NAME_HOLDER", "以其名义"
    PERFORMER = "PERFORMER", "实际承办"
    LEAD = "LEAD", "牵头"
    ASSIST = "ASSIST", "配合"
    SUPERVISOR = "SUPERVISOR", "监管"
    APPROVER = "APPROVER", "审批"


class Mode(models.TextChoices):
    """How the holding came about."""

    STATUTORY = "法定", "法定"
    DEVOLVED = "下放", "下放"
    AUTHORISED = "授权", "授权"
    ENTRUSTED = "委托", "委托"
    TRANSFERRED = "划转", "划转"
    MANAGED = "托管", "托管"
    STATIONED = "派驻", "派驻"
    CONTRACTED = "转移", "转移"
    PURCHASED = "购买", "购买"
    JOINT = "联合", "联合"


class Holding(Statement):
    """A body holds a duty in a place. The place expression is one place to include and the places left out of it;
    an expression with several included places is several holdings of the same act."""

    WHAT = "职责归属"

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="holdings")
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="holdings")
    level = models.PositiveSmallIntegerField("行使层级", choices=Place.Level.choices)
    place = models.ForeignKey(Place, models.PROTECT, related_name="holdings")
    excludes = ArrayField(models.BigIntegerField(), verbose_name="除外", default=list, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="holdings")
    capacity = models.CharField("身份", max_length=12, choices=Capacity.choices)
    mode = models.CharField("方式", max_length=4, choices=Mode.choices)
    principal = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="entrusted", verbose_name="委托机关"
    )
    concurrent = models.CharField("并行规则", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "职责归属"
        constraints = [
            never_two_at_once(
                "one_name_holder_per_duty_segment_place",
                ["duty_id", "segment_id?", "place_id", "level"],
                "同一职责（部分）在同一地方、同一层级、同一天只能有一个以其名义行使的机构",
                Q(capacity=Capacity.NAME_HOLDER, concurrent=""),
            ),
            never_two_at_once(
                "one_lead_per_duty_segment_place",
                ["duty_id", "segment_id?", "place_id", "level"],
                "同一职责（部分）在同一地方同一天只能有一个牵头机构",
                Q(capacity=Capacity.LEAD),
            ),
            models.CheckConstraint(
                name="entrusted_has_principal_and_term",
                condition=~Q(mode=Mode.ENTRUSTED) | (Q(principal__isnull=False) & Q(to_day__isnull=False)),
                violation_error_message="委托须写明委托机关和期限",
            ),
            models.CheckConstraint(
                name="entrusted_only_performs",
                condition=~Q(mode=Mode.ENTRUSTED) | ~Q(capacity=Capacity.NAME_HOLDER),
                violation_error_message="受委托者只能以委托机关名义承办，不能成为以其名义行使的机构",
            ),
            *statement_rules("holding"),
        ]
        indexes = [
            models.Index(
                fields=["duty", "place", "-from_day"],
                # covers everything resolve() reads: the answer comes from the index alone
                include=[
                    "to_day",
                    "body",
                    "capacity",
                    "id",
                    "mode",
                    "segment",
                    "level",
                    "instrument",
                    "principal",
                    "concurrent",
                    "excludes",
                ],
                condition=Q(withdrawn_at__isnull=True),
                name="holding_by_duty_place",
            ),
            models.Index(fields=["body", "-from_day"], condition=Q(withdrawn_at__isnull=True), name="holding_by_body"),
            models.Index(fields=["duty", "recorded_at"], name="holding_by_belief"),
        ]
