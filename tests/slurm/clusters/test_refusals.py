"""What cannot be had on the real Slurm: the true reason within ten seconds, and nothing left behind."""

import time

import pytest

ASK = """
session.scale(Wish({wish}))
session.wait_for_workers(1, tell=None)
answer("it was given")
"""
WORK = "session.client().submit(sum, [1]).result(timeout=9); answer('it was given')"


def refused(book, wish):
    began = time.monotonic()
    answer = book.cell(ASK.format(wish=wish))

    assert isinstance(answer, dict)
    assert time.monotonic() - began < 10
    return answer


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("queue='nosuch'", ["nosuch", "cpu", "debug"]),
        ("account='nosuch'", ["nosuch", "physics"]),
        ("nodes=50", ["50", "4"]),
        ("nodes=1, hours=500", ["20 d 20 h", "cpu allows 1 d"]),
        ("gpus=64", ["64"]),
        ("memory_bytes=10**15", ["PB"]),
    ],
    ids=["queue", "account", "nodes", "hours", "gpus", "memory"],
)
def test_more_than_there_is(alice, notebook, as_root, wish, words):
    """The value asked for and what would be accepted stand in the message; no job was submitted."""
    answer = refused(notebook(), wish)

    for word in words:
        assert word in answer["text"], answer["text"]
    assert answer["next"]
    assert alice.jobs() == []


def test_no_account_at_all(carol, notebook, as_root):
    """A user whom nobody gave an account learns that, and whom to ask."""
    answer = refused(notebook(carol), "nodes=1")

    assert "account" in answer["text"]
    assert answer["next"]
    assert carol.jobs() == []


SHIMS = {
    "rejects": "echo 'sbatch: error: the moon is in the wrong house' >&2; exit 1",
    "babbles": "echo 'Welcome to the machine'; exit 0",
    "fails": "exit 42",
    "hangs": "sleep 100",
}


@pytest.mark.parametrize("behaviour", SHIMS)
def test_an_sbatch_that_misbehaves(alice, notebook, tmp_path_factory, behaviour):
    """Its own words reach the user, in time, and no job is left."""
    shim = alice.write(f"shim-{behaviour}/sbatch", f"#!/bin/sh\n{SHIMS[behaviour]}\n", mode=0o755)
    book = notebook(path_first=shim.parent)

    answer = refused(book, "nodes=1")

    if behaviour == "rejects":
        assert "the moon is in the wrong house" in answer["text"]
    assert answer["next"]
    assert alice.jobs() == []


def test_sbatch_is_missing(alice, notebook):
    """Slurm answers but sbatch is not there: said in words."""
    only = alice.home / "only"
    for program in ("sinfo", "squeue", "scontrol", "sacctmgr", "scancel", "python"):
        where = alice.run(["which", program], check=True).stdout.strip()
        alice.write(f"only/{program}", f'#!/bin/sh\nexec {where} "$@"\n', mode=0o755)
    book = notebook(env={"PATH": str(only)})

    answer = refused(book, "nodes=1")

    assert "sbatch" in answer["text"]
    assert answer["next"]
    assert alice.jobs() == []


def test_functions_that_fail_or_cannot_travel(notebook):
    """An exception on a worker arrives as itself; what cannot be pickled is an error, not a wait."""
    book = notebook()
    raised = book.cell("session.client().submit(lambda: 1 / 0).result(timeout=60)")

    assert raised["error"] == "ZeroDivisionError"

    began = time.monotonic()
    stuck = book.cell(
        "import threading; lock = threading.Lock(); session.client().submit(lambda: lock).result(timeout=30)"
    )

    assert "serialize" in stuck["text"]
    assert time.monotonic() - began < 10
