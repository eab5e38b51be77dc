"""Schemathesis on both descriptions of the API: whatever is sent, no server error and no code the description does not name.

Schemathesis wants other versions of what we pin, so it lives in an environment of its own; ZHIZE_SCHEMATHESIS names its program:
    python -m venv ELSEWHERE && ELSEWHERE/bin/pip install schemathesis==4.32.5
The suite's short form is `zhize/api/tests/test_fuzz.py`, drawn from the same descriptions.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from drills._ground import SEED, Bars, Site, throw_away

DESCRIPTIONS = {"rest": "/api/v1/openapi.json", "open311": "/open311/v2/openapi.json"}
CHECKS = "not_a_server_error,status_code_conformance"
AS = ("partner", "dispatcher", "register_editor")


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    with throw_away() as site:
        site.serve()
        return drill(site, examples=5 if quick else 1000, seed=seed, seconds=60 if quick else 0)


def drill(site: Site, *, examples: int, seed: int, seconds: int = 0) -> dict[str, Any]:
    program = os.environ.get("ZHIZE_SCHEMATHESIS") or shutil.which("schemathesis")
    assert program, "schemathesis is not here: see the head of drills/described.py"
    bars, figures = Bars(), {}
    for name, address in DESCRIPTIONS.items():
        for key in AS if name == "rest" else AS[:1]:
            failures, said = _try(program, site, address, site.keys[key], examples, seed, seconds)
            bars.is_(f"{name}_{key}", failures[:20], [])
            figures[f"{name}_{key}"] = said
    return bars.told("described", seed, examples=examples, **figures)


def _try(
    program: str, site: Site, address: str, key: str, examples: int, seed: int, seconds: int
) -> tuple[list[str], str]:
    with tempfile.TemporaryDirectory(prefix="zhize-described-") as top:
        report = Path(top) / "junit.xml"
        given = [
            program,
            "run",
            f"http://127.0.0.1:{site.port}{address}",
            "--checks",
            CHECKS,
            "--max-examples",
            str(examples),
        ]
        given += ["--phases", "examples,coverage,fuzzing", "--seed", str(seed), "--no-shrink", "--continue-on-failure"]
        given += ["--suppress-health-check", "all", "-H", f"Authorization: Bearer {key}", "--report", "junit"]
        given += ["--report-junit-path", str(report), "--request-timeout", "60", "--workers", "1"]
        given += ["--max-time", str(seconds)] if seconds else []
        done = subprocess.run(given, capture_output=True, text=True, cwd=top)
        said = " · ".join(re.findall(r"^.*(?:generated|cases|Operations|Tested).*$", done.stdout, re.MULTILINE)[-6:])
        assert report.exists(), done.stdout[-2000:] + done.stderr[-2000:]
        return _failures(report), said


def _failures(report: Path) -> list[str]:
    """An operation and the first lines of what was wrong."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  written a moment ago by a program of ours
        for bad in [*case.iter("failure"), *case.iter("error")]:
            found.append(f"{case.get('name')}: {(bad.get('message') or bad.text or '')[:300]}")
    return found
