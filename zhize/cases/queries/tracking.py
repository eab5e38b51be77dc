"""A case by receipt number and secret: whoever has both may see it, and nobody else learns even that it exists."""

from __future__ import annotations

from zhize.cases import sealing
from zhize.cases.models import Case
from zhize.kernel.errors import BadInput

NOBODY = "0" * 64


def track(no: str, secret: str) -> Case:
    """The case; a wrong number and a wrong secret are refused with the same sentence, after the same work."""
    said = no.strip().upper().replace(" ", "")[:40].replace("\x00", "")
    case = Case.objects.select_related("place", "matter", "terms").filter(no=said).first()
    if not sealing.fits(secret, case.secret_hash if case else NOBODY) or case is None:
        raise BadInput(
            "查不到这一件",
            why="受理编号或查询码不对",
            instead="请按回执上的编号和查询码重新填写",
            code="unknown_receipt",
            field="no",
        )
    return case
