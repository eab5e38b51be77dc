"""One name beside another in plain Python says what the compiled matcher says of the same pair."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._duty_names import make
from zhize.kernel.compare import features as f
from zhize.kernel.compare.encoded import Rows, encode
from zhize.kernel.compare.habits import unlearned
from zhize.kernel.compare.plain import FEATURES, SHAPES
from zhize.kernel.compare.single import Said, described

CHARACTERS = "对未经批准擅自从事开展危险化学品运输销售的行为处罚许可备案、（）和"
NAMES = st.lists(st.text(CHARACTERS, max_size=30), min_size=1, max_size=5)
CITES = ("", "《食品法》", "《食品法》第三条", "《食品法》第三条、第四条", "《药品法》第三条")


def both(names: list[str], others: list[str], bases: list[str], kinds: list[str]) -> None:
    """Every name beside every other, twice."""
    left = Rows.of(names, [bases[n % len(bases)] for n in range(len(names))], [kinds[0]] * len(names))
    right = Rows.of(others, [bases[-1 - n % len(bases)] for n in range(len(others))], [kinds[-1]] * len(others))
    one, two, numbering = encode(left, right)
    rarity = f.rarity_of(one, numbering.shares({"的": 0.9}))
    shapes = np.linspace(-4, 2, SHAPES).astype(np.float32)
    sides = [Said.of(list(x.names), list(x.bases), list(x.types)) for x in (left, right)]

    def rare(character: str) -> float:
        return float(rarity[numbering.characters[ord(character)]])

    for i, mine in enumerate(sides[0]):
        for j, theirs in enumerate(sides[1]):
            out = np.zeros(f.WIDTH, np.float32)
            f.describe(i, j, one, two, rarity, unlearned(shapes), f.pad(), out)
            said = described(mine, theirs, shapes, rare)
            told = {n: float(v) for n, v in zip(FEATURES, out, strict=True) if n != "cosine"}
            assert all(abs(told[n] - said[n]) < 1e-4 for n in told), (mine, theirs, told, said)


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES, st.permutations(CITES), st.permutations(["", "01", "02"]))
def test_it_is_the_matcher_s_first_look(
    names: list[str], others: list[str], bases: list[str], kinds: list[str]
) -> None:
    both(names, others, bases, kinds)


def test_names_as_clerks_write_them_are_looked_at_alike() -> None:
    left, right, _truth = make(40, 7)
    both([r[0] for r in left], [r[0] for r in right], list(CITES), ["02", ""])


def test_no_compiler_is_loaded() -> None:
    """Every process of the office may ask this; few compare whole lists."""
    says = "import sys; from zhize.kernel.compare import single; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", says], check=False).returncode == 0
