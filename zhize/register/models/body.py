"""Bodies (机构): undated; names, superiors, life, sites, contacts and codes are statements."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from zhize.places.models import Place
from zhize.record.models import Statement, never_two_at_once, statement_rules


class Body(models.Model):
    """A body of government or one that does its work: 机关, 管委会, 事业单位, 社会组织, 乡镇街道 …"""

    class Kind(models.TextChoices):
        ORGAN = "机关", "机关"
        INNER = "内设", "内设机构"
        BRANCH = "派出", "派出机构"
        STATIONED = "派驻", "派驻机构"
        COMMITTEE = "管委会", "管委会"
        INSTITUTION = "事业单位", "事业单位"
        PRIVATE = "民办事业单位", "民办事业单位"
        SOCIAL = "社会组织", "社会组织"
        TOWN = "乡镇街道", "乡镇街道"
        PLATFORM = "平台", "平台"
        GROUP = "群团", "群团"
        PARTY = "党委", "党委机关"
        GOVERNMENT = "政府", "人民政府"

    code = models.SlugField("代号", max_length=80, unique=True, allow_unicode=True)
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    level = models.PositiveSmallIntegerField("层级", choices=Place.Level.choices)
    family = models.CharField("条线", max_length=20, blank=True)
    demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        indexes = [models.Index(fields=["family", "level"], name="body_by_family")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("register:body", args=[self.code])


class BodyLife(Statement):
    """The body exists; nothing may be held outside this span (invariant 5)."""

    WHAT = "机构的存续"
    body = models.ForeignKey(Body, models.PROTECT, related_name="lives")

    class Meta:
        verbose_name = verbose_name_plural = "机构存续"
        constraints = [
            never_two_at_once("a_body_lives_once", ["body_id"], "同一机构的存续期间重叠"),
            *statement_rules("body_life"),
        ]


class BodyName(Statement):
    WHAT = "机构名称"
    body = models.ForeignKey(Body, models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=120)
    short = models.CharField("简称", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构名称"
        constraints = [
            never_two_at_once("one_name_a_body_a_day", ["body_id"], "同一机构同一天只能有一个名称"),
            *statement_rules("body_name"),
        ]
        indexes = [models.Index(fields=["name"], name="body_by_name")]


class BodySuperior(Statement):
    WHAT = "机构隶属"
    body = models.ForeignKey(Body, models.PROTECT, related_name="superiors")
    superior = models.ForeignKey(Body, models.PROTECT, related_name="subordinates")

    class Meta:
        verbose_name = verbose_name_plural = "机构隶属"
        constraints = [
            never_two_at_once("one_superior_a_body_a_day", ["body_id"], "同一机构同一天只能有一个上级机构"),
            models.CheckConstraint(
                name="no_body_above_itself",
                condition=~models.Q(body=models.F("superior")),
                violation_error_message="机构不能隶属于自己",
            ),
            *statement_rules("body_superior"),
        ]


class BodySite(Statement):
    """Where the body stands: its territory."""

    WHAT = "机构辖区"
    body = models.ForeignKey(Body, models.PROTECT, related_name="sites")
    place = models.ForeignKey(Place, models.PROTECT, related_name="bodies")

    class Meta:
        verbose_name = verbose_name_plural = "机构辖区"
        constraints = [
            never_two_at_once("one_site_a_body_a_day", ["body_id"], "同一机构同一天只能有一个辖区"),
            *statement_rules("body_site"),
        ]


class BodyContact(Statement):
    WHAT = "联系方式"
    body = models.ForeignKey(Body, models.PROTECT, related_name="contacts")
    phone = models.CharField("电话", max_length=60, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "联系方式"
        constraints = [
            never_two_at_once("one_contact_a_body_a_day", ["body_id"], "同一机构同一天只能有一组联系方式"),
            *statement_rules("body_contact"),
        ]


class BodyCode(Statement):
    """A code of the body in a scheme, e.g. USCC (GB 32100-2015)."""

    WHAT = "机构代码"
    body = models.ForeignKey(Body, models.PROTECT, related_name="codes")
    scheme = models.CharField("码制", max_length=20, default="USCC")
    value = models.CharField("代码", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "机构代码"
        constraints = [
            never_two_at_once("one_body_a_code_a_day", ["scheme*text", "value*text"], "两个机构不能同时使用同一代码"),
            *statement_rules("body_code"),
        ]


class BodySuccession(Statement):
    """From this day `after` answers for what `before` did; per duty where the map is per duty (spec §12.1)."""

    WHAT = "机构承继"
    before = models.ForeignKey(Body, models.PROTECT, related_name="became")
    after = models.ForeignKey(Body, models.PROTECT, related_name="came_from")
    duty = models.ForeignKey("register.Duty", models.PROTECT, null=True, blank=True, related_name="+")
    how = models.CharField("方式", max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "机构承继"
        constraints = [*statement_rules("body_succession")]
