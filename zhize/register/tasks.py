"""The register's jobs for the worker (procrastinate)."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from zhize.register.importing import errands


@app.task
def run_errand(number: int) -> None:
    """Read or accept a large table."""
    errands.run(number, datetime.now(UTC))
