"""The public side: report, receipt, track, rate."""

from zhize.cases.public.report import likely_matters, report
from zhize.cases.public.track import leave, rate, reopen_own, track, tracked, urge_own, withdraw

__all__ = ["leave", "likely_matters", "rate", "reopen_own", "report", "track", "tracked", "urge_own", "withdraw"]
