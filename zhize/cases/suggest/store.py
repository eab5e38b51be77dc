"""A model as bytes that can do nothing but be read: a mark, a digest, then arrays and JSON in a zip (numpy's npz).

Never pickle: a model file may come from another office, and unpickling runs whatever was put in.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from zhize.kernel.errors import BadInput

Array = NDArray[Any]
MARK, VERSION = b"ZHIZE-SUGGESTER", 2
_HEAD = len(MARK) + 2
_DIGEST = hashlib.sha256().digest_size
SHAPES = {  # name: dtype, sizes by letter (f features, l labels, 2)
    "prints": ("uint64", "f"),
    "kinds": ("int8", "f"),
    "idf": ("float32", "f"),
    "columns": ("float32", "fl"),
    "offsets": ("float32", "l"),
    "calibration": ("float64", "2"),
}


def pack(facts: dict[str, Any], arrays: dict[str, Array]) -> bytes:
    """The same content gives the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as box:
        box.writestr(_entry("facts.json"), json.dumps(facts, ensure_ascii=False, sort_keys=True))
        for name in sorted(arrays):
            box.writestr(_entry(f"{name}.npy"), _array_bytes(arrays[name]))
    body = held.getvalue()
    return MARK + VERSION.to_bytes(2, "big") + hashlib.sha256(body).digest() + body


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """Checked from the outside in: mark, version, digest, then names, types and sizes."""
    if data[: len(MARK)] != MARK:
        raise _refused("文件开头不是事项建议模型的标记")
    version = int.from_bytes(data[len(MARK) : _HEAD], "big")
    if version != VERSION:
        raise _refused(f"它是第{version}版格式，本程序读第{VERSION}版")
    body = data[_HEAD + _DIGEST :]
    if hashlib.sha256(body).digest() != data[_HEAD : _HEAD + _DIGEST]:
        raise _refused("内容与校验码不符，文件残缺或者被改动过")
    try:
        facts, arrays = _read(body)
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise _refused(f"内容读不出来（{error}）") from error
    _check(facts, arrays)
    return facts, arrays


def _read(body: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    with zipfile.ZipFile(io.BytesIO(body)) as box:
        facts = json.loads(box.read("facts.json"))
        arrays = {name: npy.read_array(io.BytesIO(box.read(f"{name}.npy")), allow_pickle=False) for name in SHAPES}
    return facts, arrays


def _check(facts: dict[str, Any], arrays: dict[str, Array]) -> None:
    labels = facts.get("labels") if isinstance(facts, dict) else None
    if not isinstance(labels, list) or not labels or not isinstance(facts.get("card"), dict):
        raise _refused("缺少分类名称或者模型说明")
    sizes = {"f": len(arrays["prints"]), "l": len(labels), "2": 2}
    for name, (dtype, letters) in SHAPES.items():
        array = arrays[name]
        if array.dtype != np.dtype(dtype) or array.shape != tuple(sizes[letter] for letter in letters):
            raise _refused(f"“{name}”的类型或者大小不对")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise _refused(f"“{name}”里有不是数的值")


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _array_bytes(array: Array) -> bytes:
    held = io.BytesIO()
    npy.write_array(held, np.ascontiguousarray(array), allow_pickle=False)
    return held.getvalue()


def _refused(why: str) -> BadInput:
    return BadInput("这不是可用的事项建议模型", why=why, instead="请重新训练，或者换一个模型文件", code="bad_model")
