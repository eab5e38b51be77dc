"""What goes out (发件): one message to one recipient about one event, and how far it has come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.record.models.event import Event


class Message(models.Model):
    """Words for somebody outside. Where he is reached is asked when it is sent and is never kept here.

    `to` names who ("case:5" its reporter, "officer:3", "hook:bureau"), `masked` is what a page may show of him. Claimed by
    conditional update until `claimed_until`; `attempts` is the fence: whoever lost the claim changes nothing any more.
    """

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        MAIL = "mail", "邮件"
        HOOK = "hook", "接口推送"

    class State(models.TextChoices):
        WAITING = "waiting", "待发"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发"
        FILED = "filed", "存入文件，未外发"
        FAILED = "failed", "发送失败"
        STALE = "stale", "过时未发"

    event = models.ForeignKey(Event, models.PROTECT, related_name="messages", verbose_name="事件")
    channel = models.CharField("方式", max_length=8, choices=Channel.choices)
    to = models.CharField("收件方", max_length=60)
    masked = models.CharField("收件方(遮盖)", max_length=80, blank=True)
    language = models.CharField("语言", max_length=10, blank=True)
    subject = models.CharField("标题", max_length=120, blank=True)
    text = models.TextField("内容")
    key = models.CharField("发送标识", max_length=40, unique=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_at = models.DateTimeField("下次发送")
    claimed_until = models.DateTimeField("占用至", null=True, blank=True)
    last_error = models.CharField("上次失败原因", max_length=200, blank=True)
    told_at = models.DateTimeField("送出时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "发件"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "channel", "to"],
                name="one_message_an_event_a_recipient",
                violation_error_message="同一事件对同一收件方只发一次",
            ),
            models.CheckConstraint(
                name="a_message_is_sent_when_it_says_so",
                condition=Q(state="sent", told_at__isnull=False) | (~Q(state="sent") & Q(told_at__isnull=True)),
                violation_error_message="已发的要有送出时刻",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state__in=["waiting", "sending"]), name="message_due"),
            models.Index(fields=["state", "id"], name="message_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.to}"
