"""The hash tree, against the vectors of RFC 6962's reference log and against forgery."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.kernel import merkle
from zhize.kernel.errors import Refusal

# Leaves and roots of the reference implementation of Certificate Transparency (SHA-256).
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
logs = st.lists(st.binary(max_size=6), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_agree_with_the_reference_log(size: int) -> None:
    hashes = [merkle.leaf(data, "sha256") for data in LEAVES[:size]]
    assert merkle.root(hashes, "sha256").hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([], "sha256") == hashlib.sha256(b"").digest()


@given(logs, st.data())
def test_every_line_can_be_proved(log: list[bytes], data: st.DataObject) -> None:
    hashes = [merkle.leaf(line) for line in log]
    index = data.draw(st.integers(0, len(log) - 1))
    path = merkle.proof(hashes, index)
    assert merkle.check_proof(hashes[index], index, len(log), path, merkle.root(hashes))
    assert len(path) <= max(len(log) - 1, 0).bit_length()


@given(logs, st.data())
def test_no_other_line_place_size_or_path_is_accepted(log: list[bytes], data: st.DataObject) -> None:
    hashes = [merkle.leaf(b"%d:" % n + line) for n, line in enumerate(log)]
    top, index = merkle.root(hashes), data.draw(st.integers(0, len(log) - 1))
    path = merkle.proof(hashes, index)
    assert not merkle.check_proof(merkle.leaf(b"forged"), index, len(log), path, top)
    assert not merkle.check_proof(hashes[index], index, len(log), [*path, top], top)
    assert not merkle.check_proof(hashes[index], len(log), len(log), path, top)
    if path:
        assert not merkle.check_proof(hashes[index], index, len(log), path[:-1], top)
        assert not merkle.check_proof(hashes[index], index, len(log), [merkle.leaf(b"forged"), *path[1:]], top)


@given(logs, st.data())
def test_changing_one_line_changes_the_root(log: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    changed = [*log[:index], log[index] + b"x", *log[index + 1 :]]
    assert merkle.root([merkle.leaf(line) for line in log]) != merkle.root([merkle.leaf(line) for line in changed])


def test_a_leaf_never_passes_for_a_node() -> None:
    two = [merkle.leaf(b"a"), merkle.leaf(b"b")]
    assert merkle.leaf(b"".join(two)) != merkle.root(two)


def test_the_national_hash_is_preferred_where_the_machine_has_it() -> None:
    assert merkle.best_algorithm() in ("sm3", "sha256")
    if merkle.best_algorithm() == "sm3":  # example 1 of GB/T 32905-2016
        expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        assert merkle.digest("sm3", b"abc").hex() == expected


def test_an_unknown_hash_is_refused_in_one_sentence() -> None:
    with pytest.raises(Refusal, match="不能计算 sm9 摘要：本机的密码库没有这个算法"):
        merkle.digest("sm9", b"")
