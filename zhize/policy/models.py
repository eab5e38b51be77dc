"""Policy: what a jurisdiction may set, and who may issue which act — dated and cited, loaded from packs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhize.places.models import Place
from zhize.record.models import Statement, never_two_at_once, statement_rules


class Setting(Statement):
    """A policy key's value for a jurisdiction. The nearest jurisdiction up the chain speaks."""

    WHAT = "政策取值"
    key = models.CharField("键", max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, related_name="settings")
    value = models.JSONField("值")
    article = models.CharField("条文", max_length=200, blank=True)
    unverified = models.BooleanField("待核", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "政策取值"
        constraints = [
            never_two_at_once(
                "one_value_a_key_place_day", ["key*text", "place_id"], "同一政策项在同一辖区同一天只能有一个取值"
            ),
            *statement_rules("setting"),
        ]
        indexes = [models.Index(fields=["key", "place"], name="setting_by_key")]


class Competence(Statement):
    """Who may issue an instrument for an act on a class of subject (spec §10.2, §0.2)."""

    WHAT = "权限规定"
    place = models.ForeignKey(Place, models.PROTECT, related_name="competences")
    act = models.CharField("行为", max_length=40)
    subject = models.CharField("对象类别", max_length=40)
    issuer_class = ArrayField(models.CharField(max_length=20), verbose_name="机关类别", default=list)
    issuer_level = ArrayField(models.CharField(max_length=20), verbose_name="机关层级", default=list)
    kinds = ArrayField(models.CharField(max_length=20), verbose_name="文件种类", default=list)
    article = models.CharField("条文", max_length=300, blank=True)
    unverified = models.BooleanField("待核", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "权限规定"
        constraints = [*statement_rules("competence")]
        indexes = [models.Index(fields=["act", "subject"], name="competence_by_act")]
