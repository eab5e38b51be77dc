"""Where a comparison is worked off: on the cores of this machine, or on a Spark cluster (decision 0019).

`ZHIZE_COMPARE_ON=spark` chooses the cluster, `ZHIZE_SPARK_MASTER` says which (as Spark writes it; default all cores of this machine).
The spans and the functions are the same, so is the answer. PySpark is the extra `zhize[spark]`; it needs Java 17.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from zhize.kernel.compare.matcher import Ground, Span, Spread, threads
from zhize.kernel.errors import BadInput, Refusal
from zhize.paths import CHECKOUT

AHEAD = 4  # tasks a core gets: a slow one does not hold up the rest
Look = Callable[[Ground, Span], Any]


def spread() -> Spread:
    """By the setting; refused when it names nothing we know, or what it names is not installed."""
    where = os.environ.get("ZHIZE_COMPARE_ON", "threads")
    if where not in ("threads", "spark"):
        raise BadInput(
            "ZHIZE_COMPARE_ON 不能是“{where}”", instead="可选：threads、spark", where=where, code="bad_engine"
        )
    return threads(os.cpu_count() or 1) if where == "threads" else on_spark()


def on_spark() -> Spread:
    """Spans as tasks of one job; both lists and the index are broadcast once."""

    def spread(do: Look, ground: Ground, spans: list[Span]) -> Iterator[Any]:
        context = session().sparkContext
        shared = context.broadcast(ground)
        tasks = context.parallelize(spans, max(1, min(len(spans), context.defaultParallelism * AHEAD)))
        try:
            yield from tasks.map(lambda span: do(shared.value, span)).collect()
        finally:
            shared.unpersist()

    return spread


def session() -> Any:
    """One session a process; workers import this very code. Local clusters need address and home said."""
    try:
        import pyspark
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Refusal(
            "没有安装 Spark",
            why=str(error),
            instead="请安装 zhize[spark]（需要 Java 17），或不设 ZHIZE_COMPARE_ON",
            code="no_spark",
        ) from error
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    os.environ.setdefault(
        "PYSPARK_PYTHON", sys.executable
    )  # else workers run the system's Python, without our packages
    path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]))
    builder = SparkSession.builder.appName("zhize lists compare").master(
        os.environ.get("ZHIZE_SPARK_MASTER", "local[*]")
    )
    for name, value in {
        "spark.executorEnv.PYTHONPATH": path,
        "spark.ui.enabled": "false",
        "spark.driver.maxResultSize": "0",
        "spark.driver.bindAddress": "127.0.0.1",
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
