"""People at their desks: a case in the small town, and what each of them sees and sends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from zhize.accounts.models import By
from zhize.cases import commands
from zhize.cases.models import Case, Leg
from zhize.cases.terms import Message
from zhize.cases.tests.conftest import Town

SAID = "路口每天早上有人占道摆摊，行人走不过去。"


class Story:
    """A case that was sent to its body, and the people around it; `said` is what every case here says besides."""

    def __init__(self, town: Town, **said: Any) -> None:
        self.town, self.said = town, {"text": SAID, "place_id": town.places["330302001"].pk} | said
        self.pk = self.received("010101").pk

    def received(self, matter: str = "", **said: Any) -> Case:
        chosen = self.town.matters[matter].pk if matter else None
        words = Message(matter_id=chosen, **self.said | said)
        return Case.objects.get(pk=commands.receive(words, by=By.citizen(), now=timezone.now()).case_id)

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.pk)

    @property
    def leg(self) -> Leg:
        return Leg.objects.filter(case=self.pk, capacity="lead").latest("no")

    def late(self) -> None:
        """As if the body had had it for a long time."""
        past = timezone.now() - timedelta(days=30)
        Leg.objects.filter(case=self.pk).update(due=past)
        Case.objects.filter(pk=self.pk).update(due=past, promised_at=past - timedelta(days=9))

    def at(self, username: str) -> Client:
        client = Client(headers={"host": "localhost"})
        client.force_login(self.town.seats[username].officer, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def page(self, username: str, path: str = "", status: int = 200) -> str:
        answer = self.at(username).get(path or f"/desk/cases/{self.pk}/")
        assert answer.status_code == status, answer.status_code
        return answer.content.decode()

    def act(self, username: str, act: str, leg: int = 0, status: int = 302, **said: str) -> str:
        """Send the form of an act on the case."""
        where = f"legs/{leg}/{act}/" if leg else f"{act}/"
        return self.send(username, f"/desk/cases/{self.pk}/{where}", status, **said)

    def send(self, username: str, path: str, status: int = 302, **said: str) -> str:
        """Send an act's form; its fields bear the act's name in front, and the number of the leg."""
        parts = path.strip("/").split("/")
        front = f"{parts[-1]}-{parts[-2]}" if "legs" in parts else {"draft": "draft_notice"}.get(parts[-1], parts[-1])
        answer = self.at(username).post(path, {f"{front}-{k}": v for k, v in said.items()})
        assert answer.status_code == status, answer.content.decode()[-3000:]
        return answer.content.decode()
