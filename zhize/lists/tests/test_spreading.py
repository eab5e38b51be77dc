"""A comparison on a Spark cluster gives what one machine gives; skipped, loudly, where PySpark or Java is missing."""

from __future__ import annotations

import importlib.util
import shutil

import numpy as np
import pytest

from benchmarks._duty_names import make
from zhize.kernel.compare.encoded import Rows
from zhize.kernel.compare.matcher import match, threads
from zhize.kernel.errors import BadInput, Refusal
from zhize.lists.spreading import on_spark, session, spread
from zhize.lists.weighing import shipped_weights

CLUSTER = "local-cluster[2,1,1024]"
there = bool(importlib.util.find_spec("pyspark") and shutil.which("java"))


@pytest.mark.slow
@pytest.mark.skipif(not there, reason="no PySpark (requirements-spark.txt) or no Java here: the cluster is NOT tested")
def test_a_cluster_answers_as_one_machine_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIZE_SPARK_MASTER", CLUSTER)
    left, right, _ = make(9000, 601)
    one, two = (Rows.of([r[0] for r in side], [r[2] for r in side], [r[1] for r in side]) for side in (left, right))
    here = match(one, two, shipped_weights(), spread=threads(1))
    try:
        there = match(one, two, shipped_weights(), spread=on_spark())
    finally:
        session().stop()
    assert np.array_equal(here.nearest, there.nearest)
    assert np.array_equal(here.probability, there.probability)


def test_an_unknown_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIZE_COMPARE_ON", "abacus")
    with pytest.raises(BadInput, match="abacus"):
        spread()


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is not None, reason="PySpark is installed here")
def test_without_spark_the_setting_is_refused_in_one_sentence() -> None:
    with pytest.raises(Refusal, match="没有安装 Spark"):
        session()
