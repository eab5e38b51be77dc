"""What the desk answers from (知识库): entries that cite the wording of duties, so that a change of the register shows in them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from zhize.cases.models.feedback import Reply
from zhize.places.models import Place
from zhize.register.models import DutyWording


class Knowledge(models.Model):
    """One question people ask. What is answered is said by its texts; the latest one counts."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="适用地方")
    public = models.BooleanField("公开", default=True)
    retired_at = models.DateTimeField("停用时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "知识条目"

    def __str__(self) -> str:
        return str(self.pk)


class KnowledgeText(models.Model):
    """The question and its answer as somebody wrote or confirmed them on a day, never changed; the next one replaces it."""

    entry = models.ForeignKey(Knowledge, models.PROTECT, related_name="texts", verbose_name="知识条目")
    no = models.PositiveSmallIntegerField("版次")
    question = models.CharField("问题", max_length=200)
    answer = models.TextField("答复口径")
    grams = ArrayField(models.CharField(max_length=2), verbose_name="检索字", default=list)
    latest = models.BooleanField("现行版", default=True)
    on = models.DateField("核对日")
    at = models.DateTimeField("时刻")
    wordings = models.ManyToManyField(
        DutyWording, through="KnowledgeCite", related_name="+", verbose_name="引用的职责表述"
    )

    class Meta:
        verbose_name = verbose_name_plural = "知识条目文本"
        ordering = ["entry", "-no"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "no"], name="one_knowledge_text_a_number", violation_error_message="这一版已经有了"
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(latest=True),
                name="one_latest_text_an_entry",
                violation_error_message="一条知识只有一个现行版",
            ),
        ]
        indexes = [GinIndex(fields=["grams"], name="knowledge_by_gram")]

    def __str__(self) -> str:
        return self.question


class KnowledgeCite(models.Model):
    """The text stands on this wording of a duty."""

    text = models.ForeignKey(KnowledgeText, models.PROTECT, related_name="cites", verbose_name="知识条目文本")
    wording = models.ForeignKey(DutyWording, models.PROTECT, related_name="+", verbose_name="职责表述")

    class Meta:
        verbose_name = verbose_name_plural = "知识引用"
        constraints = [models.UniqueConstraint(fields=["text", "wording"], name="a_wording_is_cited_once")]

    def __str__(self) -> str:
        return f"{self.text_id}: {self.wording_id}"


class AnswerCite(models.Model):
    """A direct answer was given from this text."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="cites", verbose_name="答复")
    text = models.ForeignKey(KnowledgeText, models.PROTECT, related_name="answers", verbose_name="知识条目文本")

    class Meta:
        verbose_name = verbose_name_plural = "答复引用"
        constraints = [models.UniqueConstraint(fields=["reply", "text"], name="an_answer_cites_a_text_once")]

    def __str__(self) -> str:
        return f"{self.reply_id}: {self.text_id}"
