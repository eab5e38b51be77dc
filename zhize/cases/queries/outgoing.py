"""What of a sealed case goes out to its handlers: the wording the centre wrote, or the reporter's with every trace of him blotted out.

The blotting is the machine's: nobody reads the name while it is done, so it is no look. Where the key is not at hand nothing goes out that nobody has gone over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext_noop

from zhize.cases import sealing
from zhize.cases.models import Case, Leg, Redaction, Reporter
from zhize.cases.queries.identity import sealed_from
from zhize.kernel.errors import Refusal
from zhize.register.models import Seat

BLOT, SEALED = "〔隐去〕", gettext_noop("身份保密的诉求")
DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
TRACES = re.compile(
    r"(?<!\d)\d{17}[\dXx](?!\d)"  # identity card
    r"|(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile
    r"|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"  # telephone
    r"|[\w.+-]+@[\w-]+\.[\w.]+"  # mail
    r"|(?:微信号?|QQ号?|qq)[:： ]?[\w-]{5,20}",
)
NAMED = re.compile(
    r"((?:我|本人)(?:叫|是|名叫|姓名是?)|姓名[:：]\s*|联系人[:：]\s*|此致.{0,4})([\u4e00-\u9fff·]{2,4})(?=[，,。；;：:、\s（(]|$)"
)


def outgoing(case: Case, seat: Seat) -> tuple[str, str]:
    """(title, text) as this seat may read them."""
    if sealed_from(case, seat) is None:
        return case.title, case.text
    written = Redaction.objects.filter(case=case).order_by("-pk").values_list("text", flat=True).first()
    names = _known(case)
    if names is None:
        return "", written or BLOT
    return blotted(case.title, names), written or blotted(case.text, names)


def veil(case: Case, seat: Seat) -> Callable[[str], str]:
    """For what else the reporter said of himself since: why he wants it done again, the words beside his rating."""
    if sealed_from(case, seat) is None:
        return str
    names = _known(case)
    return lambda text: text and (BLOT if names is None else blotted(text, names))


def sealed_among(cases: Iterable[Case], seat: Seat) -> set[int]:
    """Of the cases of a list, those whose words this seat may not read; asked once for all."""
    secret = [c.pk for c in cases if c.confidential]
    if not secret or seat.of_a_body:
        return set(secret)
    return set(Leg.objects.filter(case__in=secret, body=seat.body_id).values_list("case_id", flat=True))


def blotted(text: str, known: tuple[str, ...] = ()) -> str:
    """The text without numbers to reach a person by, without the names given, and without a name somebody calls himself."""
    said = text.translate(DIGITS)
    for name in sorted(filter(lambda n: len(n) > 1, known), key=len, reverse=True):
        said = said.replace(name, BLOT)
    return NAMED.sub(lambda m: m[1] + BLOT, TRACES.sub(BLOT, said))


def _known(case: Case) -> tuple[str, ...] | None:
    row = Reporter.objects.filter(case=case).first()
    if row is None:
        return ()
    try:
        name, phone = sealing.unseal(row.sealed)
    except Refusal:  # the key is on another machine
        return None
    return name, phone, re.sub(r"\D", "", phone)
