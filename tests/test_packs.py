"""The packs are whole: every file parses, every key is one, every reference leads somewhere, every paper may do what it does.

No database: this reads the TOML as the loader will, and says which row is wrong. Places: test_packs_places.py.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date

from tests.pack_rows import ORDER, PACKS, areas, bodies, cited, duties, families, instruments, is_place, may, read, rows
from zhize.kernel.clock import Limit
from zhize.kernel.codes import check_uscc
from zhize.kernel.text import STRICT

ORDER_NUMBER = re.compile(r"^(国务院|主席|浙江省人民政府)令第\d{1,4}号$")

# -- shape -------------------------------------------------------------------------------------------------------------
KEYS = {
    ("pack.toml", ""): "key name place above language note",
    (
        "instruments.toml",
        "instrument",
    ): "key number title kind issuer issuer_class issuer_level issuer_area signed published "
    "effective demo unverified note",
    ("policy.toml", "setting"): "key value since until instrument article unverified",
    ("competence.toml", "competence"): "act subject issuer_class issuer_level kinds since until article unverified",
    ("schemes.toml", "scheme"): "key name standard since until unverified values",
    ("bodies.toml", "body"): "key name short kind level place superior family since instrument names until ended_by "
    "successor phone uscc demo unverified note",
    (
        "families.toml",
        "family",
    ): "key name slug no level city patterns county_pattern short kind superior since instrument "
    "names until ended_by successor falls_to demo unverified note",
    ("families.toml", "combined"): "key place name short families superior since instrument unverified",
    ("families.toml", "hand_over"): "key instrument basis day to types levels from",
    ("zones.toml", "zone"): "key name short aliases kind approval_level since instrument until ended_by successor body "
    "district groups manages unverified",
    ("places.toml", "exclude"): "code name why",
    ("places.toml", "place"): "code name parent",
    ("places.toml", "change"): "kind code name parent out_of into from_name from_code to_code from_parent day approved "
    "published operational instrument unverified note",
    ("places.toml", "interim"): "place served_by from until instrument",
    ("places.toml", "group"): "key name level members",
    ("officers.toml", "officer"): "username name seats instrument",
    (
        "adjustments.toml",
        "adjustment",
    ): "clerk op duty to reason article words ago steps name type detail levels codes mode basis "
    "said demo unverified note",
}


def test_each_file_says_only_what_its_head_describes() -> None:
    for (name, table), allowed in KEYS.items():
        for row in rows(name, table) if table else [read(pack, name) for pack in ORDER]:
            assert set(row) <= set(allowed.split()), (name, row)


def test_packs_stack_up_to_the_nation() -> None:
    said = [read(pack, "pack.toml") for pack in ORDER]
    assert [p["key"] for p in said] == list(ORDER)
    assert [p["above"] for p in said] == ["", *ORDER[:-1]]
    assert all(is_place(p["place"]) and p["language"] == "zh-Hans" and p["note"] for p in said)


def test_keys_are_one_of_a_kind() -> None:
    for (name, table), allowed in KEYS.items():
        word = next((w for w in ("key", "username") if w in allowed.split()), "")
        if table and word and table != "setting":
            counts = Counter(row[word] for row in rows(name, table))
            assert not [k for k, n in counts.items() if n > 1], (name, table)
    for word in ("slug", "no"):
        assert max(Counter(f[word] for f in families().values()).values()) == 1
    assert max(Counter((s["key"], s["since"]) for s in read("wenzhou", "policy.toml")["setting"]).values()) == 1


# -- papers ------------------------------------------------------------------------------------------------------------
def test_every_paper_named_exists() -> None:
    known = instruments()
    for path in sorted(PACKS.glob("*/*.toml")):
        if path.name in ("laws.toml", "matters.toml"):
            continue
        for key in cited(tomllib.loads(path.read_text("utf-8"))):
            assert key in known, (path.name, key)


def test_no_number_is_made_to_look_real() -> None:
    """A number is a document number or an order number; a missing one is 待核; 演 marks the invented ones and only them."""
    for key, row in instruments().items():
        number, demo = row.get("number", ""), row.get("demo", False)
        assert (
            STRICT.match(number)
            or (row["kind"] == "law" and ORDER_NUMBER.match(number))
            or "number" in row.get("unverified", [])
        ), key
        assert demo == ("演" in number), key
        assert demo == ("（演示）" in row["title"] or key == "cn-demo-defaults"), key


def test_papers_are_signed_before_they_are_published() -> None:
    for key, row in instruments().items():
        assert row.get("signed", date.min) <= row.get("published", date.max), key
        missing = {"signed", "published", "effective"} - set(row)
        assert not row.get("demo") or not missing, key
        assert is_place(row["issuer_area"]), key


def test_one_charter_and_list_a_county() -> None:
    for code in (
        "330302",
        "330303",
        "330304",
        "330305",
        "330324",
        "330326",
        "330327",
        "330328",
        "330329",
        "330381",
        "330382",
    ):
        assert {f"charter-{code}", f"list-{code}", f"townlist-{code}"} <= set(instruments())


# -- who may issue what ------------------------------------------------------------------------------------------------
ORGAN = {
    "nation": "national_body",
    "province": "province_department",
    "city": "city_department",
    "county": "county_department",
}
SUBJECTS = {
    "政府": "government", "党委": "party_organ", "管委会": "zone_body", "乡镇街道": "town", "内设": "internal", "派出": "branch",
    "派驻": "vertical", "事业单位": "institution", "群团": "mass_organisation", "平台": "platform",
}  # fmt: skip


def subject_of(kind: str, level: str) -> str:
    return ORGAN[level] if kind == "机关" else SUBJECTS[kind]


def test_bodies_are_founded_renamed_and_ended_by_whoever_may() -> None:
    for row in [*bodies().values(), *families().values()]:
        subject = subject_of(row["kind"], row["level"])
        assert may("found", subject, row["instrument"], row["since"]), row["key"]
        for name in row.get("names", []):
            assert may("rename", subject, name["instrument"], name["since"]), (row["key"], name)
        if "until" in row:
            assert may("abolish", subject, row["ended_by"], row["until"]), row["key"]


def test_policy_and_seats_rest_on_papers_that_may_carry_them() -> None:
    for row in rows("policy.toml", "setting"):
        assert may("set_policy", "policy", row["instrument"], row["since"]), row["key"]
    for officer in rows("officers.toml", "officer"):
        for seat in officer["seats"]:
            assert may("appoint", "seat", officer["instrument"], seat["since"]), officer["username"]


def test_the_hand_over_follows_its_reply_and_is_published_first() -> None:
    """国发〔2002〕17号: the province's reply, then the notice, then the day (spec §12.13)."""
    for row in rows("families.toml", "hand_over"):
        reply, notice = instruments()[row["basis"]], instruments()[row["instrument"]]
        assert reply["issuer_level"] == "province" and reply["published"] <= notice["signed"]
        assert notice["published"] <= row["day"] == notice["effective"]
        assert may("hand_over", "penalty_transfer", row["instrument"], row["day"])
        fields = {
            v["name"] for s in rows("schemes.toml", "scheme") if s["key"] == "enforcement_field" for v in s["values"]
        }
        assert len(fields) == 21 and {line["field"] for line in row["from"]} == fields
        assert {line["family"] for line in row["from"]} | {row["to"]} <= set(families())


def test_laws_may_be_cited_directly() -> None:
    assert may("assign", "city_department", "cn-431", date(2016, 1, 1))


def test_a_notice_of_the_city_office_founds_no_department() -> None:
    assert not may("found", "city_department", "wz-zb-2016-42", date(2016, 5, 1))


# -- bodies and families -----------------------------------------------------------------------------------------------
def test_superiors_and_successors_lead_somewhere() -> None:
    known = bodies()
    for key, row in known.items():
        assert not row["superior"] or row["superior"] in known, key
        assert ("until" in row) == ("successor" in row) == ("ended_by" in row), key
        for after in row.get("successor", []):
            assert known[after]["since"] <= row["until"] < known[after].get("until", date.max), (key, after)


def test_nobody_is_above_himself() -> None:
    known = bodies()
    for key in known:
        seen = [key]
        while above := known[seen[-1]]["superior"]:
            assert above not in seen, seen
            seen.append(above)


def test_families_and_city_bodies_name_each_other() -> None:
    heads = {row["family"] for row in bodies().values() if row["level"] == "city"} - {""}
    assert heads <= set(families())
    for key, row in families().items():
        assert not row["city"] or bodies()[row["city"]]["family"] == key, key
        for other in [*row.get("successor", []), row.get("falls_to", ""), row.get("superior", "")]:
            assert not other or other in families(), (key, other)


def test_a_county_has_thirty_families_or_more_on_any_day_of_the_demonstration() -> None:
    for day in (date(2014, 10, 1), date(2016, 5, 31), date(2016, 6, 1), date(2019, 4, 1)):
        here = [
            f for f in families().values()
            if f.get("county_pattern") and f["since"] <= day < f.get("until", date.max)
        ]  # fmt: skip
        assert len(here) >= 30, (day, len(here))


def test_the_city_has_some_sixty_bodies_in_2016() -> None:
    day = date(2016, 9, 15)
    here = [b for b in bodies().values() if b["level"] == "city" and b["since"] <= day < b.get("until", date.max)]
    assert 60 <= len(here) <= 90


def test_combined_departments_stand_for_known_families() -> None:
    for row in rows("families.toml", "combined"):
        assert set(row["families"]) <= set(families()) and row["place"] in areas(), row["key"]
    per_place = Counter((c["place"], f) for c in rows("families.toml", "combined") for f in c["families"])
    assert max(per_place.values()) == 1


def test_credit_codes_and_telephones_are_fictive_and_well_formed() -> None:
    codes = [b["uscc"] for b in bodies().values() if "uscc" in b]
    assert len(codes) == len(set(codes)) > 50
    for body in bodies().values():
        assert "uscc" not in body or (check_uscc(body["uscc"])[8:10] == "MB" and "uscc" in body["demo"]), body["key"]
        assert "phone" not in body or (body["phone"].startswith("0577-0000") and "phone" in body["demo"]), body["key"]


def test_duties_name_families_and_fields_that_exist() -> None:
    fields = {v["name"] for s in rows("schemes.toml", "scheme") if s["key"] == "enforcement_field" for v in s["values"]}
    for duty in duties():
        assert {duty["family"], *duty.get("assist", [])} <= set(families()), duty["key"]
        assert duty.get("field", "教育") in fields, duty["key"]


def test_a_duty_that_is_handed_over_is_on_the_notice() -> None:
    lines = {(x["family"], x["field"]) for row in rows("families.toml", "hand_over") for x in row["from"]}
    for duty in duties():
        if duty.get("handover2016") and duty["family"] != "综合执法":
            assert (duty["family"], duty.get("field")) in lines, duty["key"]


def test_officers_sit_in_bodies_that_exist() -> None:
    slugs = {f["slug"]: f for f in families().values()}
    for officer in rows("officers.toml", "officer"):
        assert officer["name"][0] in "贾甄" and officer["seats"]
        for seat in officer["seats"]:
            slug, _, code = seat["body"].rpartition("-")
            assert seat["body"] in bodies() or (slug in slugs and is_place(code)), seat
    roles = {s["role"] for o in rows("officers.toml", "officer") for s in o["seats"]}
    assert roles == {
        "call_taker", "dispatcher", "handler", "supervisor", "register_editor", "approver", "auditor", "list_clerk", "legal_reviewer",
    }  # fmt: skip


# -- policy ------------------------------------------------------------------------------------------------------------
def test_limits_are_limits() -> None:
    for row in rows("policy.toml", "setting"):
        if ".limit." in row["key"] or row["key"].endswith((".window", ".limit", ".lag", ".before")):
            Limit.parse(row["value"])


def test_each_kind_of_message_has_a_limit_in_the_nation() -> None:
    keys = {row["key"] for row in read("national", "policy.toml")["setting"]}
    kinds = next(s["values"] for s in rows("schemes.toml", "scheme") if s["key"] == "case_kind")
    assert {f"cases.limit.{kind['code']}" for kind in kinds} <= keys
