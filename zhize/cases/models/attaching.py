"""What somebody sent along: a photo, a voice message, a paper. The contents lie outside the database, named by their digest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.cases.models.case import Case


class Attachment(models.Model):
    """One file of one case, as it was kept: a photo drawn anew, without what its camera wrote into it.

    `lat` and `lon` are what the camera had written of the spot, taken before it was thrown away.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", "照片"
        VOICE = "voice", "录音"
        PAPER = "paper", "文书"

    class By(models.TextChoices):
        REPORTER = "reporter", "来件人"
        OFFICE = "office", "工作人员"

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", verbose_name="诉求")
    no = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("种类", max_length=6, choices=Kind.choices)
    type = models.CharField("格式", max_length=20)
    name = models.CharField("文件名", max_length=80, blank=True)
    size = models.PositiveIntegerField("字节数")
    digest = models.CharField("摘要", max_length=64)
    sent_digest = models.CharField("来时摘要", max_length=64)
    by = models.CharField("谁交的", max_length=8, choices=By.choices)
    lat = models.FloatField("纬度", null=True, blank=True)
    lon = models.FloatField("经度", null=True, blank=True)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["case", "no"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "no"], name="one_attachment_a_number", violation_error_message="这个序号已有附件"
            ),
            models.UniqueConstraint(
                fields=["case", "sent_digest"],
                name="the_same_file_is_attached_once",
                violation_error_message="这个文件已经附上",
            ),
            models.CheckConstraint(
                name="a_point_of_an_attachment_is_whole",
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False),
                violation_error_message="经度和纬度须同时有",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.case_id}-{self.no}"
