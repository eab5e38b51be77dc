"""Laws: the undated law, its dated versions (each enacted by an instrument), and the articles of a version."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
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


class LawChange(Statement):
    """A law is enacted, amended, repealed or interpreted (立改废释), from its effective day on."""

    WHAT = "法律变动"

    class Kind(models.TextChoices):
        ENACTED = "enacted", "立"
        AMENDED = "amended", "改"
        REPEALED = "repealed", "废"
        INTERPRETED = "interpreted", "释"

    law = models.ForeignKey(Law, models.PROTECT, related_name="changes")
    kind = models.CharField("变动", max_length=12, choices=Kind.choices)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "法律变动"
        constraints = [*statement_rules("law_change")]
        indexes = [models.Index(fields=["law", "from_day"], name="law_change_by_day")]


class ProvisionMove(Statement):
    """What became of an article: the same words under another number, other words, gone, or new. From the change's day on."""

    WHAT = "条文沿革"

    class How(models.TextChoices):
        RENUMBERED = "renumbered", "重排"
        AMENDED = "amended", "修改"
        DELETED = "deleted", "删除"
        ADDED = "added", "新增"
        INTERPRETED = "interpreted", "解释"

    class About(models.TextChoices):
        """What the new words change; the first four make a change of substance."""

        RANGE = "range", "幅度"
        AUTHORITY = "authority", "主体"
        CONDUCT = "conduct", "行为"
        KIND = "kind", "种类"
        PROCEDURE = "procedure", "程序"
        LIMIT = "limit", "时限"
        NAME = "name", "名称"

    law = models.ForeignKey(Law, models.PROTECT, related_name="moves")
    old = models.CharField("原条文", max_length=20, blank=True)
    to_law = models.ForeignKey(
        Law, models.PROTECT, null=True, blank=True, related_name="moved_from", verbose_name="移入法律"
    )
    new = ArrayField(models.CharField(max_length=20), verbose_name="现条文", default=list, blank=True)
    how = models.CharField("变动", max_length=12, choices=How.choices)
    about = ArrayField(models.CharField(max_length=12), verbose_name="涉及", default=list, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "条文沿革"
        constraints = [
            models.UniqueConstraint(
                name="an_article_moves_once_a_day",
                fields=["law", "old", "from_day"],
                condition=models.Q(withdrawn_at__isnull=True) & ~models.Q(old=""),
                violation_error_message="同一条文在同一天只能有一种变动",
            ),
            models.CheckConstraint(
                name="a_move_says_from_where_and_to_where",
                condition=(models.Q(how="added") & models.Q(old="") & ~models.Q(new=[]))
                | (models.Q(how="deleted") & ~models.Q(old="") & models.Q(new=[]))
                | (models.Q(how__in=["renumbered", "amended", "interpreted"]) & ~models.Q(old="") & ~models.Q(new=[])),
                violation_error_message="新增只写现条文，删除只写原条文，重排、修改和解释两个都写",
            ),
            *statement_rules("provision_move"),
        ]
        indexes = [models.Index(fields=["law", "old"], name="move_by_article")]
