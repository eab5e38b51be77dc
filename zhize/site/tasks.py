"""Periodic work, as jobs in PostgreSQL claimed by any number of workers (procrastinate; cron in UTC)."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from zhize.accounts.models import By
from zhize.cases.commands.watch import watch
from zhize.site.commands import check

STALLED_SECONDS = 600


@app.periodic(cron="10 18 * * *")  # 02:10 in Beijing
@app.task(queueing_lock="nightly_check")
def nightly_check(timestamp: int) -> None:
    """Every rule on everything."""
    check(by=By.system("夜间核验"), now=datetime.now(UTC))


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="watch_cases")
def watch_cases(timestamp: int) -> None:
    """Suspensions whose day has come run on; legs about to fall due are reminded, once."""
    watch(datetime.now(UTC))


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """A job whose worker was killed stays `doing`: give it to another (stack.md §5)."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await app.job_manager.retry_job(job)
