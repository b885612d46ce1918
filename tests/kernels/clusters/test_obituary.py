"""What is said of how a worker ended."""

import os

import pytest

from funicular.clusters.obituary import WorkerEnd, of_worker


@pytest.mark.parametrize(
    ("code", "cause", "next_step"),
    [(os.EX_SOFTWARE, "could not start", "full disk"), (3, "ended by itself with exit code 3", "sys.exit")],
)
def test_a_worker_that_never_served_is_not_blamed_on_the_users_function(code, cause, next_step):
    """Its own exit code tells it from one that the user's code ended."""
    told = of_worker(WorkerEnd("b1-0", "n1", code, 0, 0, 0), (), 0.0)

    assert cause in told.cause
    assert next_step in told.next_step
