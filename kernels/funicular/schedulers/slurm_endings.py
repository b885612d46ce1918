"""How a Slurm job ended, in words. Pure. Source: squeue(1), section JOB STATE CODES."""

from __future__ import annotations

from funicular.schedulers.base import Reason

_ENDINGS: dict[str, tuple[str, str]] = {
    "COMPLETED": ("it ran to its end", ""),
    "FAILED": ("it ended with an error", "Its log says more."),
    "CANCELLED": ("it was cancelled", ""),
    "TIMEOUT": ("its time was over", "Ask for more hours: funicular.scale(hours=...)."),
    "OUT_OF_MEMORY": ("it used more memory than it had", "Ask for more memory: funicular.scale(memory=...)."),
    "NODE_FAIL": ("a node that it ran on failed", ""),
    "PREEMPTED": ("a job of higher priority took its nodes", ""),
    "BOOT_FAIL": ("a node did not boot", ""),
    "LAUNCH_FAILED": ("it could not be started on its nodes", ""),
    "RECONFIG_FAIL": ("its nodes could not be prepared", ""),
    "DEADLINE": ("it could not end before its deadline", ""),
    "REVOKED": ("another cluster of the federation runs it", ""),
}
_DETAILS: dict[str, tuple[str, str]] = {
    "NonZeroExitCode": ("its program ended with an error", "Its log says more."),
    "RaisedSignal": ("its program was killed by a signal", "Its log says more."),
    "JobLaunchFailure": (
        "it could not be started on its nodes, or was killed, for its memory for example",
        "Its log says which; ask for more memory with funicular.scale(memory=...) if that was it.",
    ),
    "TimeLimit": _ENDINGS["TIMEOUT"],
    "InactiveLimit": ("it did nothing for too long", ""),
    "OutOfMemory": _ENDINGS["OUT_OF_MEMORY"],
    "NodeFail": _ENDINGS["NODE_FAIL"],
    "NodeDown": _ENDINGS["NODE_FAIL"],
    "InvalidAccount": ("its account may no longer be charged", ""),
    "DeadLine": _ENDINGS["DEADLINE"],
    "DependencyNeverSatisfied": ("the job it waited for ended in another way than it asked for", ""),
}


def explain_ending(state: str, detail: str) -> Reason:
    """How a job ended.   state: ``FAILED``.   detail: its reason, ``NonZeroExitCode`` or ``None``."""
    detail = detail.strip().strip("()")
    key = detail.split(",")[0]
    words = _DETAILS.get(key) if state == "FAILED" or key in ("OutOfMemory", "NodeDown") else None
    text, next_step = words or _ENDINGS.get(state, ("it is over", ""))
    code = state if detail in ("", "None") else f"{state}, {detail}"
    return Reason(text, code, next_step)
