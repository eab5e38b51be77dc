"""take_mail: a message of the mailbox becomes a case, or is refused with its reason; under one Message-ID once."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases import sealing
from zhize.cases.commands.attaching import attach
from zhize.cases.commands.intake import receive
from zhize.cases.mail import Letter
from zhize.cases.models import Case, MailTaken
from zhize.cases.terms import Message
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.record.acts import act, note, touch
from zhize.register import access


@act
def take_mail(letter: Letter, place: Place, *, by: By, now: datetime) -> MailTaken:
    """Receive it with its files as a case of this place, to be sorted by a person; or keep why it was not."""
    access.require(by, "cases.take_mail", place.pk, day_of(now))
    known = MailTaken.objects.filter(message_id=letter.key).first()
    if known is not None:
        note(mail=letter.key, again=True)
        return known
    case, refused = (None, letter.refused) if letter.refused else _received(letter, place, by, now)
    note(mail=letter.key, refused=refused or None)
    if case is not None:
        touch(f"case:{case.pk}")
    return MailTaken.objects.create(
        message_id=letter.key,
        case=case,
        refused=refused,
        sealed=sealing.seal(letter.name, letter.address) if case and letter.address else "",
        left_out=list(letter.left_out),
        at=now,
    )


def _received(letter: Letter, place: Place, by: By, now: datetime) -> tuple[Case | None, str]:
    message = Message(
        text=letter.text,
        title=letter.title,
        place_id=place.pk,
        channel=Case.Channel.LETTER,
        name=letter.name,
        idempotency_key=f"mail:{letter.key}",
    )
    try:
        receipt = receive(message, by=by, now=now)
    except Refusal as refusal:
        return None, (refusal.code or "refused")[:20]
    for found in letter.files:
        attach(receipt.case_id, found, by=by, now=now)
    return Case.objects.get(pk=receipt.case_id), ""
