"""The installation's secret key: made once, kept beside the data, read by nobody else, never in the repository."""

import contextlib
import os
import secrets
from pathlib import Path

from zhize.keeper import Trouble


def secret_key(data_dir: Path) -> str:
    """Two processes that start together agree: the link is made once, and the loser reads the winner's."""
    place = data_dir / "secret_key"
    try:
        return place.read_text()
    except FileNotFoundError:
        _make(place)
        return place.read_text()
    except PermissionError:
        raise Trouble(f"密钥文件 {place} 读不了；请换用其属主运行，或用 ZHIZE_DATA 另指一个目录。") from None


def _make(place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f"secret_key.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except OSError as problem:
        raise Trouble(
            f"数据目录 {place.parent} 写不进去（{problem.strerror}）；请用 ZHIZE_DATA 另指一个目录。"
        ) from None
    with contextlib.suppress(FileExistsError):  # another process was first; its key is the one
        os.link(draft, place)
    draft.unlink()
