"""The paper a draft stands on while it is tried: the registered one, the one it describes, or one of the place's government."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize.kernel.errors import BadInput
from zhize.places.models import Place
from zhize.places.queries import place_code, place_name
from zhize.record.models import Instrument
from zhize.register.importing.papers import find_paper

LEVELS = {1: "nation", 2: "province", 3: "city", 4: "county", 5: "town"}
DESCRIBED = ("title", "number", "kind", "issuer", "issuer_class", "issuer_level", "issuer_area")


def trial_paper(place: Place, day: date, said: str | dict[str, Any] = "") -> Instrument:
    """Never saved outside a trial. What is not said is a notice of the government of the place, effective that day."""
    if isinstance(said, str) and said:
        if found := find_paper(said):
            return found
        raise BadInput("登记中没有文件“{text}”", instead="请核对文号；还没有登记的，请用 [paper] 一节写明发文机关", text=said[:80],
                       code="unknown_paper", field="paper")  # fmt: skip
    facts: dict[str, Any] = {
        "title": "（拟议文件）", "kind": Instrument.Kind.NOTICE, "issuer": f"{place_name(place.pk, day)}人民政府", "issuer_class": "政府",
        "issuer_level": LEVELS[place.level], "issuer_area": place_code(place.pk, day),
    }  # fmt: skip
    if isinstance(said, dict):
        facts |= {name: str(value) for name, value in said.items()}
    facts["title"] = facts["title"][:300]
    return Instrument(key=f"trial-{day}", effective=day, **facts)
