"""The packs' places: codes that exist, days that agree with the shipped history, and the true histories of spec §12."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from tests.pack_rows import Row, bodies, changes, gone, is_place, may, rows, shipped, towns
from zhize.places.entitling import subject_of


def test_divisions_are_redrawn_by_whoever_may() -> None:
    """Sub-districts by the city, as in 温政函〔2015〕108号; townships and counties by those above it."""
    for row in changes():
        assert may("redraw", _class(row), row["instrument"], row["day"]), row["code"]
    for group in rows("places.toml", "group"):
        for member in group["members"]:
            paper = member["instrument"]
            grouped = may("regroup", "place_group", paper, member["since"])
            assert grouped or may("redraw", "place_county", paper, member["since"]), member


def _class(row: Row) -> str:
    if len(row["code"]) == 9:
        return subject_of("division", 5, row.get("name", ""))
    return subject_of("division", 4 if row["code"][4:] != "00" else 3)


def test_sub_districts_are_entrusted_by_whoever_may() -> None:
    for zone in rows("zones.toml", "zone"):
        for link in zone["manages"]:
            assert may("link_zone", "managed_place", link["instrument"], link["since"]), link


def test_places_named_are_places() -> None:
    for row in changes():
        codes = [row["code"], *row.get("out_of", []), *row.get("into", [])]
        codes += [row[k] for k in ("parent", "from_parent") if k in row]
        assert all(map(is_place, codes)), row
    named = [m["place"] for z in rows("zones.toml", "zone") for m in z["manages"]]
    named += [m["place"] for g in rows("places.toml", "group") for m in g["members"]]
    named += [s["place"] for o in rows("officers.toml", "officer") for s in o["seats"]]
    named += [b["place"] for b in bodies().values()]
    assert all(map(is_place, named))
    assert all(row["code"] in towns() for row in rows("places.toml", "exclude"))


def test_exact_days_fall_in_the_years_of_the_shipped_history() -> None:
    begins = {(r["代码"], r["启用时间"]) for r in shipped("areas-history.csv.gz")}
    ends = {(r["代码"], r["变更/弃用时间"]) for r in shipped("areas-history.csv.gz")}
    for row in (c for c in changes() if len(c["code"]) == 6):
        year, new = str(row["day"].year), row.get("to_code", row["code"])
        assert (new, year) in begins, row
        assert "from_code" not in row or (row["from_code"], year) in ends, row


def test_lingkun_had_three_parents() -> None:
    moves = [c for c in changes() if c["code"] == "330305002" and c["kind"] in ("found", "move")]
    assert [c["parent"] for c in moves] == ["330304", "330303", "330305"]
    assert moves[-1]["day"] == date(2015, 9, 2)


def test_its_entrusting_principal_changed_with_the_district() -> None:
    links = [m for z in rows("zones.toml", "zone") for m in z["manages"] if m["place"] == "330305002"]
    assert [(m["principal"], m["since"]) for m in links] == [
        ("330303", date(2012, 7, 1)),
        ("330305", date(2015, 10, 8)),
    ]
    assert links[0]["until"] == date(2015, 9, 2)


def test_a_sub_district_has_one_manager_a_day() -> None:
    links = sorted(
        (m["place"], m["since"], m.get("until", date.max)) for z in rows("zones.toml", "zone") for m in z["manages"]
    )
    for one, two in pairwise(links):
        assert one[0] != two[0] or one[2] <= two[1], (one, two)


def test_dongtou_and_longgang_keep_their_days_apart() -> None:
    dongtou, longgang = (next(c for c in changes() if c["code"] == code) for code in ("330305", "330383"))
    assert (dongtou["approved"], dongtou["day"]) == (date(2015, 7, 23), date(2015, 9, 2))
    assert (longgang["approved"], longgang["published"], longgang["operational"]) == (
        date(2019, 8, 16), date(2019, 8, 30), date(2019, 9, 25),
    )  # fmt: skip
    interim = rows("places.toml", "interim")[0]
    assert (interim["from"], interim["until"]) == (longgang["day"], longgang["operational"])


def test_about_185_townships_in_2016() -> None:
    """Spec §13.1: 180–190, against 140 after the mergers of 2011."""
    skipped = {row["code"] for row in rows("places.toml", "exclude")}
    city = {code for code in towns() if code.startswith("3303")} - skipped
    later = {
        c["code"] for c in changes() if c["kind"] in ("carve_out", "split", "merge") and c["day"] > date(2016, 12, 31)
    }
    born = {c["code"] for c in changes() if len(c["code"]) == 9 and c["kind"] in ("carve_out", "split", "merge")}
    assert 180 <= len(city - later) + 1 <= 190
    assert 125 <= len(city - born) + len(gone()) <= 145
