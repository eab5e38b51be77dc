"""Python's collector of cycles, at rest while a batch makes many rows that hold none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Its full passes over 100,000 new tuples doubled the time of ten thousand answers, and a batch of cases lost a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
