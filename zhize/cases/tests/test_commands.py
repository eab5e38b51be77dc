"""zhize cases train · import · suggest, zhize due: as an office types them, on letters of our own writing."""

from __future__ import annotations

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from zhize.cases.models import Case, Leg, Proposal
from zhize.cases.tests.conftest import CLERK, SETUP, Town
from zhize.cases.tests.letters import LETTERS, rows
from zhize.kernel.errors import BadInput
from zhize.policy.commands import one, set_policy


@pytest.fixture
def letters(tmp_path: Path, settings: Any) -> Path:
    """The file, and a data directory of its own for the learned model."""
    settings.DATA_DIR = tmp_path
    path = tmp_path / "letters.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows())
    return path


def run(*words: str) -> Any:
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    text = out.getvalue()
    return [json.loads(line) for line in text.splitlines()] if words[1] == "suggest" else json.loads(text)


def sorted_letters(path: Path) -> Path:
    """Those with a label, to learn from."""
    made = path.with_name("sorted.jsonl")
    made.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows() if row["label"]))
    return made


def test_there_are_enough_letters() -> None:
    assert len(LETTERS) >= 40 and len({text for _, _, text in LETTERS}) == len(LETTERS)


def test_every_letter_is_received_and_the_counts_add_up(town: Town, letters: Path) -> None:
    said = run("cases", "import", str(letters), "--place", "330302")
    assert said["rows"] == said["received"] == len(LETTERS) == Case.objects.count() and said["refused"] == 0
    assert said["adds_up"] and said["dispatched"] + sum(said["waiting"].values()) == said["received"]
    assert (
        said["dispatched"]
        == Leg.objects.filter(capacity="lead").count()
        == sum(row["cases"] for row in said["went_to"])
    )
    assert said["dispatched"] > 0 and all(row["instrument"] for row in said["went_to"])


def test_what_the_machine_sends_goes_where_the_register_says(town: Town, letters: Path) -> None:
    run("cases", "import", str(letters), "--place", "330302")
    for leg in Leg.objects.filter(capacity="lead").select_related("case", "holding"):
        assert leg.case.confidence >= 0.8 and leg.holding.body_id == leg.body_id and leg.case.words
        assert leg.evidence["basis"][0]["holding"] == leg.holding_id
    stalls = Leg.objects.filter(case__matter=town.matters["010101"], capacity="lead")
    assert {leg.body.code for leg in stalls} == {"lc-enforce"}


def test_the_threshold_is_policy(town: Town, letters: Path) -> None:
    set_policy(
        [one("cases.dispatch.threshold", town.places["330302"], 0.0, town.paper.effective)],
        instrument=town.paper,
        by=CLERK,
        now=SETUP,
    )
    said = run("cases", "import", str(letters), "--place", "330302")
    assert "unsure" not in said["waiting"] and said["adds_up"]
    assert said["waiting"].get("conflict", 0) > 0 and Proposal.objects.filter(kind="conflict").exists()


def test_an_interrupted_import_is_simply_run_again(town: Town, letters: Path) -> None:
    first = run("cases", "import", str(letters), "--place", "330302")
    again = run("cases", "import", str(letters), "--place", "330302")
    assert again["replayed"] == first["received"] and Case.objects.count() == len(LETTERS)
    assert {k: again[k] for k in ("received", "dispatched", "waiting", "went_to")} == {
        k: first[k] for k in ("received", "dispatched", "waiting", "went_to")
    }


def test_words_for_people(town: Town, letters: Path) -> None:
    out = StringIO()
    call_command("cases", "import", str(letters), "--place", "330302", stdout=out)
    assert (
        f"共{len(LETTERS)}件" in out.getvalue() and "件数相符" in out.getvalue() and "温演〔2015〕1号" in out.getvalue()
    )


def test_train_then_suggest(town: Town, letters: Path) -> None:
    card = run("cases", "train", str(sorted_letters(letters)))
    assert card["messages"] == sum(bool(label) for label, _, _ in LETTERS)
    told = run("cases", "suggest", str(letters))
    right = sum(said["label"] == row["label"] for said, row in zip(told, rows(), strict=True) if row["label"])
    assert len(told) == len(LETTERS) and right >= 40
    assert all(0 <= said["confidence"] <= 1 for said in told)


def test_a_broken_file_is_refused_by_line_and_nothing_is_taken(town: Town, letters: Path) -> None:
    broken = letters.with_name("broken.jsonl")
    broken.write_text(json.dumps(rows()[0], ensure_ascii=False) + "\n{not json\n")
    with pytest.raises(BadInput, match="第2行"):
        run("cases", "import", str(broken), "--place", "330302")
    assert not Case.objects.exists()


def test_an_unknown_place_is_refused(town: Town, letters: Path) -> None:
    with pytest.raises(BadInput, match="999999"):
        run("cases", "import", str(letters), "--place", "999999")


# -- zhize due ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2016-10-01T10:00", "5wd", "2016-10-12"),
        ("2016-02-05T17:00+08:00", "2wd", "2016-02-14"),
        ("2016-03-01T10:00", "24h", "2016-03-02T10:00:00+08:00"),
        ("2016-03-01T10:00", "7d", "2016-03-08"),
        ("2016-03-01T16:30", "8wh", "2016-03-02T17:00:00+08:00"),
        ("2016-02-29T23:30:00Z", "1wd", "2016-03-02"),
    ],
)
def test_due_prints_the_moment_and_how_it_came_about(town: Town, start: str, limit: str, due: str) -> None:
    out = StringIO()
    call_command("due", start, limit, "--place", "330302", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["due"].startswith(due) and said["lines"][0].startswith("收到")


@pytest.mark.parametrize("bad", [("yesterday", "2wd"), ("2016-03-01", "soon"), ("2016-03-01", "0wd")])
def test_due_refuses_what_it_cannot_read(town: Town, bad: tuple[str, str]) -> None:
    with pytest.raises(BadInput):
        call_command("due", *bad, "--place", "330302", stdout=StringIO())
