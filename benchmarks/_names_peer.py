"""The peer in a process of its own: TF-IDF over pairs of characters and sparse_dot_topn, ten left rows for each right one.

python -m benchmarks._names_peer LEFT.csv RIGHT.csv OUT.json
"""

from __future__ import annotations

import csv
import json
import os
import sys
from itertools import pairwise

from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn

TOP = 10


def main(left: str, right: str, out: str) -> None:
    (lefts, left_codes), (rights, right_codes) = _column(left), _column(right)
    weigh = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), lowercase=False).fit(lefts)
    found = sp_matmul_topn(
        weigh.transform(rights), weigh.transform(lefts).T.tocsr(), top_n=TOP, sort=True, n_threads=os.cpu_count()
    )
    starts = found.indptr
    nearest = [found.indices[a] if a < b else -1 for a, b in pairwise(starts)]
    with open(out, "w", encoding="utf-8") as file:
        json.dump(
            [[code, left_codes[n] if n >= 0 else None] for code, n in zip(right_codes, nearest, strict=True)], file
        )


def _column(path: str) -> tuple[list[str], list[str]]:
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["name"] for row in rows], [row["code"] for row in rows]


if __name__ == "__main__":
    main(*sys.argv[1:])
