"""Whether a job comes to run, and what it writes comes back."""

from __future__ import annotations

from collections.abc import Iterator

from funicular.doctor.finding import Finding, State, sentence
from funicular.doctor.probe import Probe, Seen
from funicular.doctor.trial import Ended, Trial
from funicular.units import format_seconds

NAME = "job"


def judge(seen: Seen[None]) -> Iterator[Finding]:
    """What came of the tiny job."""
    trial = seen.trial
    if trial is None:
        has_queue = seen.place.takes_jobs
        why = "It was left out (--no-job)." if has_queue else "There is no queue to send it to."
        yield Finding(
            NAME,
            State.NOTE,
            "No job was sent to a compute node.",
            f"{why} What holds there is not known.",
            "Run funicular doctor without --no-job." if has_queue else "",
        )
        return
    yield of_trial(trial)


def of_trial(trial: Trial) -> Finding:
    """One finding for how it ended."""
    job = f"Job {trial.job}" if trial.job else "The job"
    match trial.ended:
        case Ended.DONE:
            waited = trial.waited_s or 0.0
            how_long = f" It waited {format_seconds(waited)}." if waited >= 1 else ""
            return Finding(
                NAME,
                State.OK,
                f"{job} ran on {trial.where} (queue {trial.queue}).{how_long}",
                "Jobs start here.",
            )
        case Ended.REFUSED:
            return Finding(
                NAME,
                State.FAIL,
                trial.what or "The job was refused.",
                sentence(trial.why),
                trial.next_step or "Ask the support of this machine, with the words above.",
            )
        case Ended.NO_ANSWER:
            return Finding(
                NAME,
                State.UNKNOWN,
                f"The scheduler fell silent: {trial.what}",
                f"{sentence(trial.why)} What became of the job is not known; it ends by itself.".strip(),
                "Look with: funicular jobs",
            )
        case Ended.NOT_STARTED:
            why = f"{sentence(trial.why[0].upper() + trial.why[1:])} " if trial.why else ""
            return Finding(
                NAME,
                State.UNKNOWN,
                f"{job} did not start within {format_seconds(trial.waited_s or 0)}; it was taken back.",
                f"{why}Waiting is usual on a busy machine; what holds on a compute node is not known.",
                "Wait longer (--wait 1800), or name a queue for short jobs: --queue NAME",
            )
        case Ended.NOT_DONE:
            return Finding(
                NAME,
                State.WARN,
                f"{job} on {trial.where} did not finish in time; it was ended.",
                "A program of a second takes minutes there: mostly a file system that is slow or hangs."
                + _words(trial),
                "Try again. If it stays so, tell the support, with the name of the node.",
            )
    reason = f" The scheduler says: {sentence(trial.why)}" if trial.why else ""
    if trial.has_log:
        return Finding(
            NAME,
            State.FAIL,
            f"{job} ended before it could say anything.",
            f"Something that runs first in each job ended it.{reason}{_words(trial)}",
            "Look at the lines that run first: job-script-prologue in your jobqueue.yaml, the site's policy.",
        )
    return Finding(
        NAME,
        State.FAIL,
        f"{job} is over, and what it wrote did not come back.",
        f"Either compute nodes do not share the folder for job logs, or it was ended at once.{reason}",
        "Set XDG_STATE_HOME to a folder that this machine and compute nodes share, and run it again.",
    )


def _words(trial: Trial) -> str:
    return f" Its log ends: {trial.words.splitlines()[-1]}" if trial.words else ""


probe: Probe[None] = Probe("compute node", "The job", judge, rank=1)
