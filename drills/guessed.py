"""Does the door tell which names exist? Wrong passwords for accounts there are and for none, in turn, and how long each answer takes.

Pairs minutes apart would measure the machine; these stand side by side, and the median of their ratios counts.
"""

from __future__ import annotations

import http.client
import random
import re
import statistics
import time
import urllib.parse
from typing import Any

from drills._ground import SEED, Bars, Site, throw_away

TRIES = 4  # of one name: the fifth would shut the door


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    with throw_away() as site:
        site.serve()
        return drill(site, pairs=10 if quick else 120, seed=seed)


def drill(site: Site, *, pairs: int, seed: int) -> dict[str, Any]:
    bars, draw = Bars(), random.Random(seed)
    names = [row[0] for row in site.ask("select username from accounts_officer where is_active order by id")]
    there = (names * TRIES)[:pairs]
    cookie, token = _form(site)
    _asked(site, cookie, token, "warm-up")
    ratios, words = [], set()
    for name in there:
        other = "".join(draw.choice("abcdefghij") for _ in range(len(name)))
        one, two = _asked(site, cookie, token, name), _asked(site, cookie, token, other)
        ratios.append(one[0] / two[0])
        words |= {one[1], two[1]}
    gap = abs(statistics.median(ratios) - 1)
    bars.at_most("gap_of_medians", round(gap, 3), 0.05)
    bars.is_("different_answers", len(words), 1)
    return bars.told("guessed", seed, pairs=len(ratios), median_ratio=round(statistics.median(ratios), 3))


def _form(site: Site) -> tuple[str, str]:
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    link.request("GET", "/sign-in/")
    answer = link.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
    assert token
    return str(answer.headers["Set-Cookie"]).split(";")[0], token[1]


def _asked(site: Site, cookie: str, token: str, name: str) -> tuple[float, str]:
    """How long, and what was said (without the name and the tokens of the page)."""
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    said = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "username": name, "password": "wrong-and-long"})
    head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    began = time.perf_counter()
    link.request("POST", "/sign-in/", said, head)
    answer = link.getresponse()
    text = answer.read().decode()
    took = time.perf_counter() - began
    errors = re.findall(r'class="errors-title">([^<]*)<', text)
    return took, f"{answer.status} {errors}"
