"""A disk that fills up is said before it is full."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from zhize.site import room


@pytest.mark.parametrize(("free", "level"), [(21, 0), (20, logging.WARNING), (10, logging.ERROR), (0, logging.ERROR)])
def test_four_fifths_is_a_warning_nine_tenths_an_error(free: int, level: int, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(total=100, used=100 - free, free=free))
    assert room.watch(tmp_path) == level
