"""Where things lie: in a checkout beside the package, once installed inside it and in the user's own data folder."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
IN_CHECKOUT = (CHECKOUT / "pyproject.toml").exists()


def data_dir() -> Path:
    """The embedded database, the secret key, the collected files."""
    if named := os.environ.get("ZHIZE_DATA"):
        return Path(named).resolve()
    if IN_CHECKOUT:
        return CHECKOUT / "data"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "zhize"


def packs_dir() -> Path:
    """The packs of policy and of the demonstration town."""
    if named := os.environ.get("ZHIZE_PACKS"):
        return Path(named).resolve()
    return CHECKOUT / "packs" if IN_CHECKOUT else PACKAGE / "packs"
