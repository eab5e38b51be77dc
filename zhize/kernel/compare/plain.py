"""What a comparison looks at, by name, and how far it looks: plain, for whoever must not load the compiler."""

from __future__ import annotations

BLOCKS, GAPS, LONGEST = 10, 11, 128
SHORTEST = 2  # a single common character is chance more often than not
FEATURES = (
    "cosine",  # of the pairs of characters, weighed by rarity
    "held",  # of what the left name says, weighed, the part the right one has
    "kept",  # and the other way round
    "turned",  # clauses that stand in another order
    "gaps",
    "habit",  # log odds of all that was written differently
    "worst",  # of the one difference that speaks most against
    "same_text",
    "same_whole",
    "article_same",
    "article_partly",
    "article_other",
    "law_only",  # one side names the law, not the article
    "law_other",
    "law_silent",
    "kind_same",
    "kind_other",
    "act_same",
    "act_other",
    "shorter",
)  # fmt: skip
WIDTH = len(FEATURES)
SIDE, PLACES, RELATIONS, WEIGHTS = 6, 3, 3, 3
ELSEWHERE = 300  # names: a list of ten does not know that 许可 is a common word
SHAPES = SIDE * SIDE * PLACES * RELATIONS * WEIGHTS
