"""``funicular doctor`` on the real Slurm, as its users see it."""

from __future__ import annotations

import json
import signal
from typing import Any

from funicular.sites.profile_file import parse_profile
from tests.slurm import daemons
from tests.slurm.people import Person


def doctor(person: Person, *words: str, code: int = 0) -> dict[str, Any]:
    """What it found, with the findings of each probe in a list by its name."""
    done = person.run(["python", "-m", "funicular.cli", "doctor", "--json", *words], timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    found: dict[str, list[dict[str, str]]] = {}
    for each in said["findings"]:
        found.setdefault(each["name"], []).append(each)
    return {**said, "by": found}


def states(findings: list[dict[str, str]]) -> list[str]:
    return [each["state"] for each in findings]


def test_an_ordinary_user_learns_what_a_node_is_like(alice, clean_queue, as_root):
    """The site as it was made: same clock, same Python, a way there, one account; a profile is made."""
    said = doctor(alice, "--write", "doctored")
    by = said["by"]

    assert (said["site"], said["cluster"], said["profile"]) == ("slurm", "funicular", None)
    assert (
        states(by["job"]) == states(by["python"]) == states(by["clock"]) == states(by["reach"]) == ["ok"]
    ), by
    assert "physics" in by["queues"][-1]["what"]
    assert states(by["processor"])[0] == "ok"
    written = alice.home / ".config/funicular/sites/doctored.yaml"
    profile = parse_profile(written.read_text(), "doctored.yaml")
    again = doctor(alice, "--no-job")
    written.unlink()
    assert (again["profile"], again["by"]["profile"][0]["state"]) == ("doctored", "ok"), again["by"][
        "profile"
    ]
    assert again["by"]["queues"] == by["queues"]
    assert "cpu" in [queue.name for queue in profile.queues]
    assert profile.interconnect.interfaces
    assert alice.jobs() == []


def test_an_interrupt_leaves_no_job(alice, clean_queue):
    """While it waits behind jobs of the user that take all nodes; after Ctrl-C these alone are left."""
    command = ["sbatch", "--parsable", "--exclusive", "--nodes=1", "--wrap=sleep 100", "--output=/dev/null"]
    nodes = alice.run(["sinfo", "-h", "-N", "-p", "cpu", "-o", "%n"], check=True).stdout.split()
    own = [alice.run(command, check=True).stdout.strip() for _ in nodes]
    process = alice.start(["python", "-m", "funicular.cli", "doctor"])
    try:
        assert daemons.until(lambda: len(alice.jobs()) > len(own), 60, step_s=0.2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130, errors
        assert daemons.until(lambda: sorted(alice.jobs()) == sorted(own), 20, step_s=0.2)
    finally:
        process.kill()
        alice.cancel_all()


def test_a_user_without_an_account_is_told(carol, clean_queue, as_root):
    """The refusal in Slurm's words, as a failure, with whom to ask."""
    said = doctor(carol, code=1)
    (job,) = said["by"]["job"]

    assert job["state"] == "fail"
    assert "account" in (job["what"] + job["meaning"]).lower()
    assert job["next_step"]
    assert carol.jobs() == []
