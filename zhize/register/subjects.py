"""The classes the table of competence knows bodies, duties and laws by (packs/national/competence.toml; spec §10.2)."""

from __future__ import annotations

from zhize.register.models import Body, Duty, Mode

_KINDS = {
    Body.Kind.GOVERNMENT: "government",
    Body.Kind.PARTY: "party_organ",
    Body.Kind.COMMITTEE: "zone_body",
    Body.Kind.TOWN: "town",
    Body.Kind.INNER: "internal",
    Body.Kind.BRANCH: "branch",
    Body.Kind.STATIONED: "vertical",
    Body.Kind.INSTITUTION: "institution",
    Body.Kind.PRIVATE: "private_institution",
    Body.Kind.GROUP: "mass_organisation",
    Body.Kind.SOCIAL: "social_org",
    Body.Kind.PLATFORM: "platform",
}
_ORGANS = {1: "national_body", 2: "province_department", 3: "city_department", 4: "county_department"}
_GIVEN = {Mode.ENTRUSTED: "entrustment", Mode.AUTHORISED: "authorisation", Mode.DEVOLVED: "devolution"}

_LAWS = {
    "法律": "law_statute",
    "行政法规": "law_regulation",
    "部门规章": "law_rule",
    "地方性法规": "law_local",
    "政府规章": "law_local_rule",
}


def subject_of(kind: str, level: int) -> str:
    """The class of a body."""
    return _ORGANS.get(level, "department") if kind == Body.Kind.ORGAN else _KINDS[Body.Kind(kind)]


def transfer_subject(type_: str) -> str:
    """The class of a hand-over: penalties need the province's leave."""
    return "penalty_transfer" if type_ == Duty.Type.PENALTY else "duty_transfer"


def returned_subject(mode: str, type_: str) -> str:
    """The class of taking back, by how it was given."""
    return _GIVEN.get(Mode(mode)) or transfer_subject(type_)


def law_subject(level: str) -> str:
    """The class of a law, by its rank."""
    return _LAWS.get(level, "law_other")
