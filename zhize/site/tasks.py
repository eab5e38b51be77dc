"""Periodic work, as jobs in PostgreSQL claimed by any number of workers (procrastinate; cron in UTC)."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from zhize.accounts.models import By
from zhize.cases.commands.heating import find_topics
from zhize.cases.commands.indexing import index_cases
from zhize.cases.commands.suggesting import learn_from_cases, suggest_waiting
from zhize.cases.commands.tallying import tally
from zhize.cases.commands.watch import watch
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of, in_beijing
from zhize.lists.commands import compare
from zhize.lists.commands.adjusting.calendar import turn_over
from zhize.lists.queries.ground import Scope
from zhize.places.queries import root_place
from zhize.site import room
from zhize.site.commands import check

STALLED_SECONDS, SUNDAY = 600, 6


@app.periodic(cron="10 18 * * *")  # 02:10 in Beijing
@app.task(queueing_lock="nightly_check")
def nightly_check(timestamp: int) -> None:
    """Every rule on everything."""
    check(by=By.system("夜间核验"), now=datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="watch_cases")
def watch_cases(timestamp: int) -> None:
    """Suspensions whose day has come run on; limits that fall due, or fell due, get what the calendar does about them, once."""
    watch(datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="suggest_matters")
def suggest_matters(timestamp: int) -> None:
    """What came in without a matter is spoken of by the model within the minute; what is sure goes by itself."""
    suggest_waiting(datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="index_cases")
def index_told(timestamp: int) -> None:
    """What came in can be found again by its words within the minute."""
    index_cases()


@app.periodic(cron="25 * * * *")
@app.task(queueing_lock="find_topics")
def find_hot(timestamp: int) -> None:
    """What many speak of is looked for every hour; supervisors are told of each affair once."""
    find_topics(datetime.now(UTC))


@app.periodic(cron="50 18 * * *")  # 02:50 in Beijing
@app.task(queueing_lock="learn_matters")
def learn_matters(timestamp: int) -> None:
    """What people sorted and corrected by day teaches the model by night; with too little to learn from, another night."""
    with contextlib.suppress(BadInput):
        learn_from_cases(datetime.now(UTC))


@app.periodic(cron="40 18 * * *")  # 02:40 in Beijing
@app.task(queueing_lock="tally_cases")
def tally_cases(timestamp: int) -> None:
    """Whole days and months of the hotline's figures, counted again from the rows."""
    tally(by=By.system("夜间统计"), now=datetime.now(UTC))


@app.periodic(cron="2 * * * *")  # the first time two minutes past midnight in Beijing
@app.task(queueing_lock="turn_over_lists")
def turn_over_lists(timestamp: int) -> None:
    """Decided batches take effect on their day and their lists are published; who did not answer in time did not object."""
    turn_over(datetime.now(UTC))


@app.periodic(cron="30 18 * * *")  # 02:30 in Beijing
@app.task(queueing_lock="compare_lists")
def compare_lists(timestamp: int) -> None:
    """Every catalogue item in every county; continued from last night's run, on Sundays from the beginning."""
    now = datetime.now(UTC)
    scope = Scope(root_place(day_of(now)), day_of(now))
    compare(scope, whole=in_beijing(now).weekday() == SUNDAY, by=By.system("夜间比对"), now=now)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="watch_disk")
def watch_disk(timestamp: int) -> None:
    """A disk that fills up is said within the minute."""
    room.watch(settings.DATA_DIR)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """A job whose worker was killed stays `doing`: give it to another (stack.md §5)."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await app.job_manager.retry_job(job)
