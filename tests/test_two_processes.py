"""What one process shut is shut in the other: wrong tries are counted in the database, not in a process's memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from tests.town import Town

ROOT = Path(__file__).parent.parent
ASK = """
import json, sys, django
django.setup()
from django.test import Client
address, said, times = json.loads(sys.argv[1])
client = Client(headers={"host": "localhost"})
print([client.post(address, said).status_code for _ in range(times)][-1])
"""


def elsewhere(address: str, said: dict[str, str], times: int) -> int:
    """The last answer to this many posts to another process on the same database."""
    where = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    env = os.environ | {"DATABASE_URL": where, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "zhize.settings"}
    words = [sys.executable, "-c", ASK, json.dumps([address, said, times])]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


@pytest.mark.parametrize(
    ("address", "said", "times"),
    [
        ("/track/", {"no": "3303-20260101-000001", "secret": "X"}, 10),
        ("/sign-in/", {"username": "fenpai", "password": "wrong"}, 5),
    ],
)
def test_wrong_tries_here_and_there_shut_one_door(
    open_town: Town, address: str, said: dict[str, Any], times: int
) -> None:
    here = Client(headers={"host": "localhost"})
    for _ in range(times - 2):
        assert here.post(address, said).status_code != 429
    elsewhere(address, said, 2)
    assert here.post(address, said).status_code == 429
    assert elsewhere(address, said, 1) == 429
