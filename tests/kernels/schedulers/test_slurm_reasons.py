"""Slurm's words for waiting and ending, in ours."""

from __future__ import annotations

import pytest

from funicular.schedulers.slurm_endings import explain_ending
from funicular.schedulers.slurm_reasons import explain_waiting


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "AssocGrpCpuLimit",
            "its project (account) has as much in use at once as its project (account) allows: cores",
        ),
        ("AssocGrpGRES", "GPUs"),
        ("AssocGrpCPUMinutesLimit", "used up its budget of cores and time"),
        ("AssocGrpCPURunMinutesLimit", "the running jobs of its project"),
        ("AssocGrpWallLimit", "used up its budget of time"),
        ("AssocMaxJobsLimit", "jobs"),
        ("AssocMaxWallDurationPerJobLimit", "more time than its project (account) gives to a job"),
        ("QOSMaxCpuPerUserLimit", "you have as much in use at once as its QOS allows: cores"),
        ("QOSMaxNodePerJobLimit", "more nodes than its QOS gives to a job"),
        ("QOSMaxGRESPerUser", "GPUs"),
        ("QOSMaxMemoryPerNode", "on one node"),
        ("QOSMinCpuNotSatisfied", "wants a job to ask for more cores"),
        ("QOSMinGRES", "wants a job to ask for more GPUs"),
        ("QOSGrpNodeLimit", "nodes"),
        ("MaxCpuPerAccount", "cores"),
    ],
)
def test_limits_are_read_by_their_parts(code: str, words: str):
    """Whose limit it is, of what, and for whom."""
    reason = explain_waiting(code)

    assert words in reason.text
    assert code == reason.code
    assert reason.next_step


@pytest.mark.parametrize(
    "code", ["AssocMaxCpuPerJobLimit", "QOSMaxWallDurationPerJobLimit", "QOSMinGRES", "BadConstraints"]
)
def test_a_job_that_asks_for_too_much_is_hopeless(code: str):
    """It will never start as it is, and the next step says what to change."""
    reason = explain_waiting(code)

    assert reason.hopeless
    assert reason.next_step


@pytest.mark.parametrize(
    "code", ["Priority", "Resources", "None", "AssocGrpCpuLimit", "QOSMaxJobsPerUserLimit", "BeginTime"]
)
def test_waiting_in_line_is_not_hopeless(code: str):
    """Waiting is not an error."""
    assert not explain_waiting(code).hopeless


@pytest.mark.parametrize("code", ["(Priority)", " Priority "])
def test_brackets_around_a_code_do_not_matter(code: str):
    """squeue writes some reasons in brackets."""
    assert str(explain_waiting(code)) == "other jobs are ahead (Priority)"


def test_details_after_a_comma_are_kept():
    """Which nodes are not there is worth knowing."""
    reason = explain_waiting("ReqNodeNotAvail, UnavailableNodes:n[3-4]")

    assert "UnavailableNodes:n[3-4]" in str(reason)
    assert "down, or reserved" in reason.text


def test_underscores_are_read_as_blanks():
    """Newer versions write long reasons with underscores."""
    reason = explain_waiting(
        "Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved_for_jobs_in_higher_priority_partitions"
    )

    assert "nodes that it needs are down" in reason.text


@pytest.mark.parametrize("code", ["SomethingNew", "", "Grp", "AssocGrpLuck"])
def test_an_unknown_reason_is_passed_on_honestly(code: str):
    """Slurm's word is shown, nothing is made up, and hope stays."""
    reason = explain_waiting(code)

    assert "not known here" in reason.text
    assert (code or "no reason") == reason.code
    assert not reason.hopeless


@pytest.mark.parametrize(
    ("state", "detail", "words"),
    [
        ("COMPLETED", "None", "it ran to its end (COMPLETED)"),
        ("OUT_OF_MEMORY", "OutOfMemory", "it used more memory than it had (OUT_OF_MEMORY, OutOfMemory)"),
        ("PREEMPTED", "None", "a job of higher priority took its nodes (PREEMPTED)"),
        ("FAILED", "RaisedSignal:11(Segmentation_fault)", "it ended with an error"),
        ("DEADLINE", "DeadLine", "it could not end before its deadline"),
        ("BRAND_NEW", "None", "it is over (BRAND_NEW)"),
    ],
)
def test_endings_are_told_with_slurms_word(state: str, detail: str, words: str):
    """What happened in our words, then the state and its detail."""
    assert words in str(explain_ending(state, detail))


def test_an_ending_by_time_or_memory_has_a_next_step():
    """The user can ask for more."""
    assert "hours" in explain_ending("TIMEOUT", "TimeLimit").next_step
    assert "memory" in explain_ending("OUT_OF_MEMORY", "None").next_step
