"""A tree of hashes over the sealed log: one root proves every line (RFC 9162 §2.1, with a named hash).

The hash is SM3 (GB/T 32905-2016) where the machine offers it, else SHA-256; whoever seals keeps its name too.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

from zhize.kernel.errors import Refusal

_LEAF, _NODE = b"\x00", b"\x01"  # a leaf can never pass for a node: RFC 9162 §2.1.1


def leaf(data: bytes, alg: str | None = None) -> bytes:
    """The hash of one line of the log."""
    return digest(alg or best_algorithm(), _LEAF + data)


def root(leaves: Sequence[bytes], alg: str | None = None) -> bytes:
    """The hash over all leaf hashes; of none, the hash of nothing."""
    alg, row = alg or best_algorithm(), list(leaves)
    while len(row) > 1:
        row = _up(row, alg)
    return row[0] if row else digest(alg, b"")


def proof(leaves: Sequence[bytes], index: int, alg: str | None = None) -> list[bytes]:
    """The neighbours, from the leaf upwards, that lead from leaf `index` to the root."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    alg, row, path = alg or best_algorithm(), list(leaves), []
    while len(row) > 1:
        if (index ^ 1) < len(row):
            path.append(row[index ^ 1])
        row, index = _up(row, alg), index >> 1
    return path


def check_proof(
    leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes, alg: str | None = None
) -> bool:
    """Does this leaf stand at `index` among the `size` lines under the root? (RFC 9162 §2.1.3.2)"""
    if not 0 <= index < size:
        return False
    alg, here, last, rest = alg or best_algorithm(), leaf_hash, size - 1, list(path)
    while last > 0:
        if index % 2 == 1 or index < last:  # otherwise it is an odd one out, and rises unpaired
            if not rest:
                return False
            here = _pair(rest.pop(0), here, alg) if index % 2 else _pair(here, rest.pop(0), alg)
        index, last = index >> 1, last >> 1
    return not rest and here == root_hash


@cache
def best_algorithm() -> str:
    """`sm3` where this machine's OpenSSL offers it, else `sha256`."""
    try:
        hashlib.new("sm3", usedforsecurity=False)
    except ValueError:
        return "sha256"
    return "sm3"


def digest(alg: str, data: bytes) -> bytes:
    """Hash by name; an algorithm this machine lacks is refused with a sentence, never replaced by another."""
    try:
        return hashlib.new(alg, data, usedforsecurity=False).digest()
    except ValueError as error:
        raise Refusal(
            "不能计算 {alg} 摘要",
            why="本机的密码库没有这个算法",
            instead="请在支持 {alg} 的机器上核对",
            code="unknown_hash",
            alg=alg,
        ) from error


def _up(row: list[bytes], alg: str) -> list[bytes]:
    """One level up: pairs are hashed together, an odd last one rises as it is (same tree as the RFC's split)."""
    pairs = [_pair(row[at], row[at + 1], alg) for at in range(0, len(row) - 1, 2)]
    return pairs + row[len(row) - len(row) % 2 :]


def _pair(left: bytes, right: bytes, alg: str) -> bytes:
    return digest(alg, _NODE + left + right)
