"""What is said of Python on a node."""

from __future__ import annotations

from dataclasses import replace

import pytest

from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.python import Python, gather, judge
from funicular.doctor.trial import Trial
from tests.kernels.doctor.making import only, seen, states, trial

HERE = Python("/opt/env/bin/python", "3.11.2", ("distributed 2026.7", "numpy 2.4"), 0.3)


def said(**lines: str) -> Trial:
    return trial(said={**trial().said, **lines})


def test_the_same_environment_is_fine() -> None:
    """And how long it took to start."""
    found = only(judge(seen(HERE, replace(HERE, started_in_s=1.5))))

    assert found.state is State.OK and "1.5 s" in found.meaning


def test_a_slow_start_is_a_warning() -> None:
    """Every node of a cluster waits that long."""
    assert only(judge(seen(HERE, replace(HERE, started_in_s=45.0)))).state is State.WARN


@pytest.mark.parametrize(
    "node",
    [replace(HERE, version="3.9.1"), replace(HERE, packages=("distributed 2026.7", "numpy is missing"))],
)
def test_another_environment_under_the_same_path_is_a_failure(node: Python) -> None:
    """What differs is named."""
    found = only(judge(seen(HERE, node)))

    assert found.state is State.FAIL
    assert "3.9.1" in found.meaning or "numpy is missing" in found.meaning


def test_no_python_there_is_a_failure() -> None:
    """The path is named."""
    found = only(judge(seen(HERE, trial=said(python="no"))))

    assert found.state is State.FAIL and HERE.executable in found.what


def test_no_home_there_is_a_warning() -> None:
    """Beside whatever is said of Python."""
    assert states(judge(seen(HERE, HERE, trial=said(home="no")))) == [State.WARN, State.OK]


def test_a_python_that_fails_shows_its_last_words() -> None:
    """The end of its traceback."""
    broken = replace(said(code="1"), words="Traceback\nImportError: libssl.so.3")
    found = only(judge(seen(HERE, trial=broken)))

    assert found.state is State.FAIL and "libssl.so.3" in found.meaning


def test_without_a_job_only_this_one_is_shown() -> None:
    """Nothing is said of nodes."""
    assert HERE.executable in only(judge(seen(HERE))).what


def test_it_gathers_this_interpreter() -> None:
    """With the version of what a cluster needs."""
    found = gather(Errand())

    assert found.version.startswith("3.") and any(each.startswith("distributed 2") for each in found.packages)
