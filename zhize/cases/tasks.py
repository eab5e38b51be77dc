"""Periodic work of this app, as jobs in PostgreSQL (procrastinate; cron in UTC)."""

from __future__ import annotations

from procrastinate.contrib.django import app

from zhize.cases.commands.finding import EVERY_CASE, index_words


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="index_words")
def index_sought(timestamp: int) -> None:
    """What came in or changed hands is found by the index within the minute; until then it is looked through."""
    while index_words():
        pass


@app.periodic(cron="40 18 * * *")  # 02:40 in Beijing
@app.task(queueing_lock="index_missing")
def index_missing(timestamp: int) -> None:
    """What the index has passed by, however old."""
    while index_words(back=EVERY_CASE):
        pass
