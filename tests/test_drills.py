"""Short forms of the drills on a clone of the town; in full with `zhize drill NAME` on a cluster that is thrown away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from drills import killed, repeated, restarted, rushed
from drills._ground import Site, on_clone
from tests.town import Town

pytestmark = pytest.mark.drill
SEED = 7


@pytest.fixture
def site(open_town: Town) -> Iterator[Site]:
    """Pages and worker of their own; the database is the run's."""
    dsn = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    with on_clone(dsn, Path(os.environ["ZHIZE_DATA"])) as served:
        yield served


def test_what_was_promised_is_kept_whatever_is_killed_cut_repeated_or_rushed(site: Site) -> None:
    """One site for four drills: each leaves it working, which is what they are about."""
    passed(repeated.drill(site, messages=60, seed=SEED, alone=0.5))
    passed(rushed.drill(site, rounds=1, seed=SEED))
    passed(restarted.drill(site, rounds=1, seed=SEED, apart=(0.5, 1)))
    passed(killed.drill(site, rounds=1, seed=SEED + 1, apart=0.5), but={"first_success_p95_s"})


def passed(said: dict[str, Any], but: frozenset[str] | set[str] = frozenset()) -> None:
    """A busy machine makes a drill slow; slowness is measured by the long form, on a machine that does nothing else."""
    assert not {name: bar for name, bar in said["bars"].items() if not bar["pass"] and name not in but}, said
