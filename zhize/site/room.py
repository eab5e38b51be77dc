"""How full the disk of the data is: said by the worker from four fifths on, before PostgreSQL has to stop."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

FULL = ((0.9, logging.ERROR), (0.8, logging.WARNING))


def watch(data: Path) -> int:
    """Say it in the log at 80 and 90 per cent; the level it was said at, 0 for none."""
    told = shutil.disk_usage(data)
    used = (told.total - told.free) / told.total
    level = next((level for share, level in FULL if used >= share), 0)
    if level:
        logging.getLogger("zhize").log(level, "数据目录所在的磁盘已用 %d%%，请腾出空间；写满后不能再收件。", used * 100)
    return level
