"""Instruments (文件): the papers that make the register's statements so."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse


class Instrument(models.Model):
    """A document: law, reply, 三定, notice, decision, entrustment, agreement, ruling, minutes, list.

    The issuer is kept as the paper prints it, with its class, level and area, because that is what competence
    depends on (spec §10.2); which body that was is asked of the register as of the day of signing.
    """

    class Kind(models.TextChoices):
        LAW = "law", "法律法规规章"
        REPLY = "reply", "批复"
        CHARTER = "charter", "三定规定"
        NOTICE = "notice", "通知公告"
        DECISION = "decision", "决定"
        ENTRUSTMENT = "entrustment", "委托书"
        AGREEMENT = "agreement", "协议"
        RULING = "ruling", "裁定"
        MINUTES = "minutes", "会议纪要"
        LIST = "list", "清单公布"
        DRAFT = "draft", "导入草案"

    class Level(models.TextChoices):
        NATION = "nation", "国家"
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县"
        TOWN = "town", "乡镇"

    key = models.SlugField("键", max_length=120, unique=True, allow_unicode=True)
    number = models.CharField("文号", max_length=120, blank=True)
    title = models.CharField("标题", max_length=300)
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    issuer = models.CharField("发文机关", max_length=120, blank=True)
    issuer_class = models.CharField("机关类别", max_length=20, blank=True)
    issuer_level = models.CharField("机关层级", max_length=20, choices=Level.choices, blank=True)
    issuer_area = models.CharField("机关所在区划", max_length=12, blank=True)
    signed = models.DateField("成文日期", null=True, blank=True)
    published = models.DateField("公布日期", null=True, blank=True)
    effective = models.DateField("施行日期", null=True, blank=True)
    gate = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="awaited_by", verbose_name="待批"
    )
    demo = models.BooleanField("演示数据", default=False)
    unverified = ArrayField(models.CharField(max_length=40), verbose_name="待核", default=list, blank=True)
    note = models.TextField("说明", blank=True)
    content = models.TextField("正文", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["-effective", "id"]
        indexes = [models.Index(fields=["number"], name="instrument_by_number")]

    def __str__(self) -> str:
        return self.citation

    def get_absolute_url(self) -> str:
        return reverse("record:instrument", args=[self.key])

    @property
    def citation(self) -> str:
        """How a clerk names it: the number if there is one, else the title in book marks."""
        return self.number or f"《{self.title.strip('《》')}》"

    @property
    def day(self) -> date | None:
        """The day that orders papers: effective, else published, else signed."""
        return self.effective or self.published or self.signed
