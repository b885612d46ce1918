"""What sbatch says no to, in words with what would be accepted."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from funicular.schedulers.base import JobSpec
from funicular.schedulers.slurm_refusals import Known, explain_refusal, is_no_answer
from tests import recordings

DATA = "slurm-22.05"
KNOWN = Known(queues=("cpu", "debug", "gpu"), accounts=("physics",))
SPEC = JobSpec("x", ("true",), Path("/dev/null"), nodes=2, cores_per_node=2, memory_per_node_bytes=2**29)


def refusal(name: str, known: Known = KNOWN, **asked: object):
    """The error for a recorded refusal of a job that asked for this."""
    words = recordings.read(f"{DATA}/sbatch-refused-{name}").words
    return explain_refusal(dataclasses.replace(SPEC, **asked), words, known), words


@pytest.mark.parametrize(
    ("name", "asked", "why", "next_step"),
    [
        ("unknown-partition", {"queue": "nosuch"}, "no queue named 'nosuch'", "cpu, debug, gpu"),
        (
            "unknown-account",
            {"account": "nosuch"},
            "may not charge the account 'nosuch'",
            '(account="physics")',
        ),
        ("foreign-account", {"account": "bio"}, "may not charge the account 'bio'", "physics"),
        ("memory", {"memory_per_node_bytes": 2**40}, "2 cores and 1.1 TB of memory", "less memory"),
        ("too-many-gpus", {"gpus_per_node": 9, "queue": "gpu"}, "Queue gpu never has", "cpu, debug, gpu"),
        ("gpus-without", {"gpus_per_node": 1, "nodes": 4}, "4 nodes with 2 cores", "cpu, debug, gpu"),
        ("unknown-qos", {}, "QOS", "--qos"),
        ("qos-wall", {"walltime_s": 3600}, "1 h is longer", "hours"),
        ("qos-nodes", {"nodes": 4}, "limit of your account or QOS", "nodes=1"),
        ("unknown-gres", {}, "GPU", "gpus="),
        ("unknown-feature", {}, "constraint", "--constraint"),
        ("unknown-reservation", {}, "reservation", "--reservation"),
        ("unknown-option", {}, "does not know an option", "jobqueue.yaml"),
        ("bad-value", {}, "option, or its value", "jobqueue.yaml"),
    ],
)
def test_every_recorded_refusal_says_why_and_what_next(
    name: str, asked: dict[str, object], why: str, next_step: str
):
    """The value, the cause, the next step, and Slurm's own words for the expert."""
    error, words = refusal(name, **asked)

    assert error.what.startswith("Slurm did not take the job of")
    assert why in error.why
    assert next_step in error.next_step
    assert words.splitlines()[-1].strip() in error.why


def test_every_recorded_refusal_is_known():
    """No recording falls through to "Slurm said"."""
    for name in recordings.names(DATA, "sbatch-refused-"):
        words = recordings.read(name).words

        assert "Slurm said" not in explain_refusal(SPEC, words, KNOWN).why, name


def test_a_user_without_any_account_is_told_whom_to_ask():
    """No account can be listed, so the next step is a person."""
    error, _ = refusal("no-account", Known(queues=("cpu",)))

    assert "no account of yours" in error.why
    assert "add you to a project" in error.next_step


def test_new_words_are_passed_on():
    """A refusal that nobody has seen yet is shown as it is."""
    error = explain_refusal(SPEC, "sbatch: error: the moon is in the wrong phase", KNOWN)

    assert "the moon is in the wrong phase" in error.why


def test_a_refusal_without_words_is_still_one():
    """Silence is said to be silence."""
    assert "no words" in explain_refusal(SPEC, "", KNOWN).why


@pytest.mark.parametrize(
    "name", [f"{command}-{case}" for command in ("squeue", "sbatch") for case in ("unreachable", "no-munge")]
)
def test_an_unreached_slurm_is_no_refusal(name: str):
    """Nobody listens, or authentication is broken: nothing was said about the job."""
    answer = recordings.read(f"{DATA}/{name}")

    assert answer.code != 0
    assert is_no_answer(answer.stderr)


@pytest.mark.parametrize("name", recordings.names(DATA, "sbatch-refused-"))
def test_a_refusal_is_not_taken_for_silence(name: str):
    """Slurm answered: the words are about the job."""
    assert not is_no_answer(recordings.read(name).stderr)
