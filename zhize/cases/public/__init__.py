"""The public side: report, receipt, track, rate."""

from zhize.cases.public.knowledge import question, questions
from zhize.cases.public.lately import told_lately
from zhize.cases.public.lines import lines, lines_file
from zhize.cases.public.rating import rate_by_link
from zhize.cases.public.report import likely_matters, report
from zhize.cases.public.statistics import open_data, statistics
from zhize.cases.public.track import (
    attach_own,
    attachment_own,
    leave,
    rate,
    reopen_own,
    track,
    tracked,
    urge_own,
    withdraw,
)

__all__ = [
    "attach_own", "attachment_own", "leave", "likely_matters", "lines", "lines_file", "open_data", "question", "questions", "rate", "rate_by_link", "reopen_own", "report", "statistics", "told_lately", "track", "tracked", "urge_own", "withdraw",
]  # fmt: skip
