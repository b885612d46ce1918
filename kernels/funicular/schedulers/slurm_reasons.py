"""Why a Slurm job waits, in words: one line a code, and a reader for the families of limits. Pure.

A code that is not known here is passed on as it is, and said to be Slurm's own word.
Source: squeue(1), section JOB REASON CODES (22.05 to 24.05), and the codes in Slurm's library.
"""

from __future__ import annotations

import re

from funicular.schedulers.base import Reason

_LESS = (
    "Ask for less, for example funicular.scale(nodes=1), or name another queue: funicular.scale(queue=...)."
)
_HOURS = "Ask for fewer hours, for example funicular.scale(hours=1), or name another queue."
_OWN_JOBS = "Wait for one of your jobs (funicular.jobs() lists them), or cancel one that you no longer need."
_SUPPORT = "Write to the support of this machine and send them the code in brackets and the job's number."
_RELEASE = "Release it in a terminal: scontrol release JOBID."
_ACCOUNT = (
    "Name an account that may be charged: funicular.scale(account=...); sacctmgr show assoc lists yours."
)

# code: (sentence, next step, it will never start as it is)
_TABLE: dict[str, tuple[str, str, bool]] = {
    "None": ("it was just submitted and Slurm has not looked at it yet", "", False),
    "Priority": ("other jobs are ahead", "", False),
    "Resources": ("it is next in line and waits for nodes to become free", "", False),
    "Prolog": ("its nodes are being prepared", "", False),
    "Cleaning": ("Slurm is cleaning up after its last run", "", False),
    "BeginTime": ("it is not to start before a time that was set for it", "", False),
    "Dependency": ("it waits for another job to end first", "", False),
    "DependencyNeverSatisfied": (
        "it waits for a job that ended in another way than it asked for",
        "Cancel it: scancel JOBID.",
        True,
    ),
    "JobHeldUser": ("you, or somebody with your rights, put it on hold", _RELEASE, True),
    "JobHeldAdmin": ("an administrator put it on hold", _SUPPORT, True),
    "JobHoldMaxRequeue": ("it failed to start too often and was put on hold", _SUPPORT, True),
    "launch failed requeued held": ("it failed to start and was put on hold", f"{_RELEASE} {_SUPPORT}", True),
    "job requeued in held state": ("it was put back into the queue, on hold", _RELEASE, True),
    "JobLaunchFailure": ("it failed to start on its nodes", _SUPPORT, True),
    "BadConstraints": ("no node of this machine is what it asks for", _LESS, True),
    "PartitionConfig": ("it asks for more than this queue ever gives (nodes, cores or time)", _LESS, True),
    "PartitionNodeLimit": ("it asks for more nodes than this queue gives to a job", _LESS, True),
    "PartitionTimeLimit": ("it asks for more time than this queue gives to a job", _HOURS, True),
    "PartitionDown": ("this queue is closed at the moment", "Wait, or name another queue.", False),
    "PartitionInactive": (
        "this queue is switched off",
        "Name another queue: funicular.scale(queue=...).",
        False,
    ),
    "AccountNotAllowed": ("this queue does not accept its account", _ACCOUNT, True),
    "AccountingPolicy": ("a limit of its account or QOS is reached", _OWN_JOBS, False),
    "InvalidAccount": ("its account does not exist, or you are not in it", _ACCOUNT, True),
    "InvalidQOS": (
        "you may not use its QOS",
        "Leave the QOS out, or choose one that sacctmgr shows you.",
        True,
    ),
    "QOSNotAllowed": ("this queue does not accept its QOS", "Name another queue or another QOS.", True),
    "QOSUsageThreshold": ("its account has used more than its QOS wants to see", _ACCOUNT, False),
    "QOSJobLimit": ("as many jobs of its QOS run as may", _OWN_JOBS, False),
    "QOSResourceLimit": ("its QOS has as much in use as it may", _OWN_JOBS, False),
    "QOSTimeLimit": ("its QOS has used the time that it may use", _ACCOUNT, False),
    "AssociationJobLimit": ("as many jobs of its account run as may", _OWN_JOBS, False),
    "AssociationResourceLimit": ("its account has as much in use as it may", _OWN_JOBS, False),
    "AssociationTimeLimit": ("its account has used the time that it may use", _ACCOUNT, True),
    "ReqNodeNotAvail": (
        "nodes that it needs are down, or reserved, for maintenance for example",
        "Ask for fewer hours, so that it ends before a maintenance begins; sinfo -R says more.",
        False,
    ),
    "NodeDown": ("a node that it needs is down", "", False),
    "Nodes required for job are DOWN": ("nodes that it needs are down, or reserved for others", "", False),
    "Reservation": ("its reservation has not begun yet", "", False),
    "ReservationDeleted": (
        "the reservation that it asked for is gone",
        "Submit it without the reservation.",
        True,
    ),
    "Licenses": ("all licences that it asks for are in use", "", False),
    "JobArrayTaskLimit": ("as many tasks of its array run as may", "", False),
    "MaxMemPerLimit": ("it asks for more memory than this queue gives", "Ask for less memory.", True),
    "DeadLine": ("it cannot end before its deadline", "Ask for fewer hours.", True),
    "SystemFailure": ("something failed in Slurm, its network or its disks", _SUPPORT, False),
    "NodeFail": ("a node that it ran on failed", "", False),
    "FrontEndDown": ("no login machine is there to start it from", _SUPPORT, False),
    "FedJobLock": ("another cluster of the federation is deciding about it", "", False),
    "BurstBufferResources": ("no room is free in the burst buffer", "", False),
    "BurstBufferStageIn": ("its files are being brought to the burst buffer", "", False),
    "BurstBufferOperation": ("something failed in the burst buffer", _SUPPORT, False),
}

_LIMIT = re.compile(
    r"(?P<owner>Assoc|QOS|)(?P<kind>Grp|Max|Min)"
    r"(?P<what>Cpu|CPU|Node|Memory|Mem|GRES|BB|Billing|Energy|License|Jobs|SubmitJobs?|WallDuration|Wall|Unknown)"
    r"(?P<minutes>RunMinutes|Minutes|)(?P<per>PerJob|PerUser|PerAccount|PerNode|NotSatisfied|)(Limit|)"
)
_OWNERS = {"Assoc": "its project (account)", "QOS": "its QOS", "": "this queue"}
_WHAT = {
    "Cpu": "cores", "CPU": "cores", "Node": "nodes", "Mem": "memory", "Memory": "memory", "GRES": "GPUs",
    "BB": "burst buffer", "Billing": "billing units", "Energy": "energy", "License": "licences",
    "Jobs": "jobs", "SubmitJob": "submitted jobs", "SubmitJobs": "submitted jobs", "Wall": "time",
    "WallDuration": "time", "Unknown": "resources",
}  # fmt: skip


def explain_waiting(code: str) -> Reason:
    """Why a waiting job waits.   code: Slurm's word, perhaps with details after a comma."""
    word = code.strip().strip("()").replace("_", " ")
    key = word.split(",")[0].strip()
    if found := _TABLE.get(key) or _TABLE.get(word):
        return Reason(found[0], word, found[1], found[2])
    return _explain_limit(key) or Reason("Slurm gives a reason that is not known here", word or "no reason")


def _explain_limit(code: str) -> Reason | None:
    """A limit's name read by its parts: ``AssocGrpCpuLimit``, ``QOSMaxNodePerUserLimit``."""
    found = _LIMIT.fullmatch(code)
    if found is None:
        return None
    owner, what = _OWNERS[found["owner"]], _WHAT[found["what"]]
    if found["kind"] == "Min":
        return Reason(
            f"{owner} wants a job to ask for more {what}", code, "Ask for more, or name another queue.", True
        )
    if found["what"] == "WallDuration":
        return Reason(f"it asks for more time than {owner} gives to a job", code, _HOURS, True)
    if found["what"] == "Wall" or found["minutes"] == "Minutes":
        spent = "time" if what == "time" else f"{what} and time"
        if found["per"]:
            return Reason(f"it asks for more {spent} than {owner} gives to a job", code, _LESS, True)
        return Reason(f"{owner} has used up its budget of {spent}", code, f"{_ACCOUNT} {_SUPPORT}", True)
    if found["minutes"] == "RunMinutes":
        return Reason(
            f"the running jobs of {owner} have its budget of {what} and time reserved", code, _OWN_JOBS
        )
    if found["per"] in ("PerJob", "PerNode"):
        where = "a job" if found["per"] == "PerJob" else "a job on one node"
        return Reason(f"it asks for more {what} than {owner} gives to {where}", code, _LESS, True)
    whose = "you have" if found["per"] == "PerUser" else f"{owner} has"
    return Reason(f"{whose} as much in use at once as {owner} allows: {what}", code, _OWN_JOBS)
