"""Places: divisions, zone footprints and area groups, with names, codes and parents that hold for spans of days."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from zhize.record.models import Statement, never_two_at_once, statement_rules


class Place(models.Model):
    """An undated place (地方). Its code, name and parents are statements, so a county keeps its identity when it
    becomes a district (spec §12.2)."""

    class Kind(models.TextChoices):
        DIVISION = "division", "行政区划"
        ZONE = "zone", "功能区"
        GROUP = "group", "区域组"

    class Level(models.IntegerChoices):
        NATION = 1, "国家"
        PROVINCE = 2, "省"
        CITY = 3, "市"
        COUNTY = 4, "县"
        TOWN = 5, "乡镇街道"
        VILLAGE = 6, "村社区"

    key = models.SlugField("键", max_length=80, unique=True, allow_unicode=True)
    kind = models.CharField("种类", max_length=12, choices=Kind.choices, default=Kind.DIVISION)
    level = models.PositiveSmallIntegerField("层级", choices=Level.choices)

    class Meta:
        verbose_name = verbose_name_plural = "地方"

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("places:place", args=[self.key])


class PlaceLife(Statement):
    """The place exists (设立 … 撤销). `instrument` founded it, `ended_by` abolished it."""

    WHAT = "地方的存续"
    place = models.ForeignKey(Place, models.PROTECT, related_name="lives")

    class Meta:
        verbose_name = verbose_name_plural = "地方存续"
        constraints = [
            never_two_at_once("a_place_lives_once", ["place_id"], "同一地方的存续期间重叠"),
            *statement_rules("place_life"),
        ]


class PlaceName(Statement):
    """What the place is called."""

    WHAT = "地方名称"
    place = models.ForeignKey(Place, models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "地方名称"
        constraints = [
            never_two_at_once("one_name_a_place_a_day", ["place_id"], "同一地方同一天只能有一个名称"),
            *statement_rules("place_name"),
        ]
        indexes = [models.Index(fields=["name"], name="place_by_name")]


class PlaceCode(Statement):
    """A code of the place in a scheme: GB2260 (6 digits) or NBS9 (9 digits). Codes retire; people keep old ones."""

    WHAT = "地方代码"
    place = models.ForeignKey(Place, models.PROTECT, related_name="codes")
    scheme = models.CharField("码制", max_length=12, default="GB2260")
    code = models.CharField("代码", max_length=12)

    class Meta:
        verbose_name = verbose_name_plural = "地方代码"
        constraints = [
            never_two_at_once("one_place_a_code_a_day", ["scheme*text", "code*text"], "同一代码同一天只能属于一个地方"),
            *statement_rules("place_code"),
        ]
        indexes = [models.Index(fields=["code"], name="place_by_code")]


class PlaceLink(Statement):
    """The place's parent in a hierarchy: LEGAL (GB/T 2260) or MANAGED (托管 to a zone)."""

    WHAT = "隶属关系"

    class Hierarchy(models.TextChoices):
        LEGAL = "LEGAL", "法定隶属"
        MANAGED = "MANAGED", "托管"

    child = models.ForeignKey(Place, models.PROTECT, related_name="parent_links")
    parent = models.ForeignKey(Place, models.PROTECT, related_name="child_links")
    hierarchy = models.CharField("体系", max_length=8, choices=Hierarchy.choices)

    class Meta:
        verbose_name = verbose_name_plural = "隶属关系"
        constraints = [
            never_two_at_once(
                "one_parent_a_place_a_day", ["child_id", "hierarchy*text"], "同一地方在同一体系中同一天只能有一个上级"
            ),
            models.CheckConstraint(
                name="no_place_above_itself",
                condition=~models.Q(child=models.F("parent")),
                violation_error_message="一个地方不能隶属于自己",
            ),
            *statement_rules("place_link"),
        ]
        indexes = [models.Index(fields=["parent", "hierarchy"], name="place_children")]


class GroupMember(Statement):
    """A place belongs to an area group such as 市区; the group's extent is dated (spec §12.20)."""

    WHAT = "区域组成员"
    group = models.ForeignKey(Place, models.PROTECT, related_name="member_links")
    member = models.ForeignKey(Place, models.PROTECT, related_name="group_links")

    class Meta:
        verbose_name = verbose_name_plural = "区域组成员"
        constraints = [
            never_two_at_once("a_member_once_a_day", ["group_id", "member_id"], "同一地方在区域组中重复"),
            *statement_rules("group_member"),
        ]


class PlaceBoundary(Statement):
    """How far the place reaches: a GeoJSON Polygon or MultiPolygon in WGS-84 degrees, longitude first.

    The bounding box answers most points without the geometry being read.
    """

    WHAT = "地方界线"
    place = models.ForeignKey(Place, models.PROTECT, related_name="boundaries")
    geometry = models.JSONField("几何")
    west = models.FloatField("西")
    south = models.FloatField("南")
    east = models.FloatField("东")
    north = models.FloatField("北")
    source = models.CharField("来源", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "地方界线"
        constraints = [
            never_two_at_once("one_boundary_a_place_a_day", ["place_id"], "同一地方同一天只能有一条界线"),
            models.CheckConstraint(
                name="a_boundary_encloses_something",
                condition=models.Q(west__lt=models.F("east"), south__lt=models.F("north")),
                violation_error_message="界线没有围住任何地方",
            ),
            models.CheckConstraint(
                name="a_boundary_lies_on_earth",
                condition=models.Q(west__gte=-180, east__lte=180, south__gte=-90, north__lte=90),
                violation_error_message="界线的经纬度不在地球上",
            ),
            *statement_rules("place_boundary"),
        ]


class Succession(Statement):
    """From this day what was `before` is (also) `after`: recoded, split, merged, carved out."""

    WHAT = "区划沿革"
    before = models.ForeignKey(Place, models.PROTECT, related_name="became")
    after = models.ForeignKey(Place, models.PROTECT, related_name="came_from")
    how = models.CharField("方式", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区划沿革"
        constraints = [*statement_rules("succession")]


class PathQuerySet(models.QuerySet["PlacePath"]):
    def as_of(self, day: date) -> Self:
        """The chains of that day; with the statements' own `as_of` the only date comparisons in a query."""
        return self.filter(models.Q(to_day__isnull=True) | models.Q(to_day__gt=day), from_day__lte=day)


class PlacePath(models.Model):
    """Derived: for each place and span, the chain of places whose statements reach it, most specific first.

    Order: the place, groups holding it, the zone managing it, its legal parent, groups, … up to the nation.
    Rebuilt in the same transaction as every act on places (`commands.rebuild_paths`); checked by `verify`.
    """

    place = models.ForeignKey(Place, models.CASCADE, related_name="paths")
    from_day = models.DateField()
    to_day = models.DateField(null=True)
    chain = ArrayField(models.BigIntegerField())

    objects = PathQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地方链"
        indexes = [models.Index(fields=["place", "-from_day"], include=["to_day", "chain"], name="path_by_place")]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.chain}"
