"""What the last digits depend on is known of each node, and a difference is told in a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy
import pytest

from funicular.clusters import numerics, output
from funicular.clusters.numerics import Numerics, in_words
from funicular.clusters.session import Session
from funicular.messages import Wish, from_json
from funicular.routing import reach
from tests.kernels.clusters.conftest import wait_until

HERE = Numerics("2.4.6", ("openblas 0.3.31 Haswell pthreads",), 2, ("AVX", "AVX2", "SSE"))
ASK = """
import json, numpy
from funicular.clusters.numerics import numerics
from funicular.messages import to_json
print(json.dumps(to_json(numerics())))
"""


def in_a_process(**environ: str) -> Numerics:
    """As another process has it, whose libraries are told to choose otherwise."""
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=os.environ | environ, capture_output=True, text=True, check=True
    )
    return from_json(Numerics, json.loads(done.stdout))


def test_the_same_machine_has_no_differences() -> None:
    """Threads do not count: workers have one by design, and the docs say so."""
    here = numerics.numerics()
    there = in_a_process(OPENBLAS_NUM_THREADS="1")

    assert here is not None and here.numpy == numpy.__version__
    assert here.blas and here.features
    assert there.blas_threads == 1
    assert here.is_like(there) and in_words("n1", there, here) == ""


def test_a_library_that_is_loaded_on_one_side_only_is_no_difference() -> None:
    """SciPy's wheel brings a BLAS of its own, which a worker loads when a task needs it."""
    done = subprocess.run(
        [sys.executable, "-c", "import scipy.linalg\n" + ASK], capture_output=True, text=True, check=True
    )

    assert in_a_process().is_like(from_json(Numerics, json.loads(done.stdout)))


def test_another_kernel_of_blas_is_told() -> None:
    """OpenBLAS that chose for an older processor (it reads OPENBLAS_CORETYPE) is another build to us."""
    here = in_a_process()
    there = in_a_process(OPENBLAS_CORETYPE="Nehalem")
    if not any("openblas" in each for each in here.blas):
        pytest.skip("NumPy here has no OpenBLAS")

    assert not here.is_like(there)
    assert "Nehalem" in in_words("n1", there, here)


def test_other_features_are_named() -> None:
    """The first few by name, on the side that has them; NumPy itself leaves out what it is told to."""
    here = in_a_process()
    optional = [
        each for each in ("X86_V4", "AVX512_SKX", "AVX512F", "X86_V3", "AVX2") if each in here.features
    ]
    if optional:
        there = in_a_process(NPY_DISABLE_CPU_FEATURES=optional[0])
        assert optional[0] in in_words("n1", there, here)

    text = in_words("n1, n2", Numerics("2.4.6", HERE.blas, 1, ("SSE", "VX", "VXE", "VXE2", "A", "B")), HERE)
    assert "workers on n1, n2" in text
    assert "VX, VXE, VXE2, A and 1 more feature only there" in text
    assert "AVX, AVX2 only here" in text


def test_without_numpy_there_is_nothing_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not loaded for this."""
    monkeypatch.delitem(sys.modules, "numpy")

    assert numerics.numerics() is None


def test_nodes_of_a_real_cluster_say_what_they_have(session: Session) -> None:
    """A value by host; the zygote's, which is the workers'."""
    session.scale(Wish(nodes=1))
    session.wait_for_workers(2)
    wait_until(lambda: session.numerics())
    here = numerics.numerics()

    (there,) = session.numerics().values()
    assert here is not None and here.is_like(there)
    assert there.blas_threads == 1


def test_the_cell_hears_of_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of node that counts otherwise is told when work goes there, and not again for the next map."""
    other = Numerics("0.1", (), 1, ())
    told: list[Any] = []

    class Fake:
        def numerics(self) -> dict[str, Numerics]:
            return {"n1": other, "n2": other}

    monkeypatch.setattr(reach, "session", Fake)
    monkeypatch.setattr(reach, "COMPARE_EVERY_S", 0.0)
    monkeypatch.setattr(output.printer, "take", told.append)
    for _ in range(2):
        reach._compare_numerics(object())  # type: ignore[arg-type]

    assert len(told) == 1
    assert "workers on n1, n2" in told[0]["parts"][0][1]
