"""Laws: the undated law, its dated versions (each enacted by an instrument), and the articles of a version."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from zhize.record.models.statement import Statement, never_two_at_once, statement_rules


class Law(models.Model):
    """A law, regulation or rule as a lasting thing (法律、法规、规章)."""

    key = models.SlugField("键", max_length=160, unique=True, allow_unicode=True)
    name = models.CharField("名称", max_length=200)
    level = models.CharField("位阶", max_length=20, blank=True)
    author = models.CharField("制定机关", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "法律法规规章"
        ordering = ["name"]

    def __str__(self) -> str:
        return f"《{self.name}》"

    def get_absolute_url(self) -> str:
        return reverse("record:law", args=[self.key])


class LawVersion(Statement):
    """One version in force for a span; its instrument is the enacting or amending order."""

    WHAT = "法律版本"
    law = models.ForeignKey(Law, models.PROTECT, related_name="versions")

    class Meta:
        verbose_name = verbose_name_plural = "法律版本"
        constraints = [
            never_two_at_once("one_version_of_a_law_a_day", ["law_id"], "同一部法律同一天只能有一个有效版本"),
            *statement_rules("law_version"),
        ]


class Provision(models.Model):
    """The words of one article of one version; kept so that a basis can be quoted."""

    law = models.ForeignKey(Law, models.PROTECT, related_name="provisions")
    version_day = models.DateField("版本施行日")
    article = models.CharField("条", max_length=20)
    text = models.TextField("条文")

    class Meta:
        verbose_name = verbose_name_plural = "条文"
        constraints = [
            models.UniqueConstraint(fields=["law", "version_day", "article"], name="one_text_per_article_of_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.law}{self.article}"
