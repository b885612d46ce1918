"""Slurm's language: the commands we ask with, the job script, and what the answers mean. Pure.

Fields are parted by unit separators and records begin with a record separator, since a job's name may
hold any other character, newlines too. Times are asked for as seconds since the epoch
(``SLURM_TIME_FORMAT=%s``), so no time zone is guessed.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Mapping

from funicular.schedulers import preamble, spelling
from funicular.schedulers.base import (
    Estimate,
    JobId,
    JobSpec,
    JobState,
    JobStatus,
    Reason,
    SubmitRefused,
)
from funicular.schedulers.run import Answer
from funicular.schedulers.slurm_endings import explain_ending
from funicular.schedulers.slurm_reasons import explain_waiting
from funicular.schedulers.slurm_units import (
    NOT_KNOWN,
    expand_hosts,
    parse_duration_s,
    render_megabytes,
    render_minutes,
    unreadable,
)

RECORD, FIELD = "\x1e", "\x1f"
MOST_NAMED = (
    1000  # naming more jobs is slower than the full list (measured: 9000 jobs, 0.16 s against 0.06 s)
)

_QUEUE_FIELDS = ("%i", "%T", "%r", "%P", "%a", "%D", "%C", "%N", "%V", "%S", "%M", "%L", "%j")
_QUEUE_FORMAT = RECORD + FIELD.join(_QUEUE_FIELDS)

_STATES = {
    JobState.PENDING: "PENDING REQUEUED REQUEUE_FED REQUEUE_HOLD SPECIAL_EXIT RESV_DEL_HOLD",
    JobState.RUNNING: "RUNNING CONFIGURING SUSPENDED RESIZING POWER_UP_NODE",
    JobState.ENDING: "COMPLETING SIGNALING STAGE_OUT STOPPED",
    JobState.GONE: "COMPLETED FAILED CANCELLED TIMEOUT OUT_OF_MEMORY NODE_FAIL PREEMPTED BOOT_FAIL DEADLINE "
    "REVOKED LAUNCH_FAILED RECONFIG_FAIL",
}
STATES = {code: state for state, codes in _STATES.items() for code in codes.split()}

# What a job gets from the environment that submits it. A list of what may pass, since accounting may store
# it: tokens of Jupyter and of other services do not.
_PASSED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|LD_LIBRARY_PATH|PYTHONPATH|PYTHONNOUSERSITE|VIRTUAL_ENV"
    r"|CONDA_(PREFIX|DEFAULT_ENV|EXE)|XDG_(STATE|DATA|CACHE|CONFIG)_HOME|SCRATCH|WORK|PROJECT"
    r"|MODULEPATH|MODULESHOME|LOADEDMODULES|_LMFILES_|LMOD_\w+|_ModuleTable\w*|EBROOT\w+|EBVERSION\w+|BASH_ENV"
    r"|BASH_FUNC_(module|ml)(\(\)|%%)|CUDA_(HOME|PATH)|SLURM_CONF"
)
# A user's own defaults for sbatch stay, where we do not say something else.
_OWN_DEFAULTS = {"SBATCH_QOS", "SBATCH_RESERVATION", "SBATCH_CONSTRAINT", "SBATCH_WCKEY"}
_NAME = re.compile(r"[A-Za-z0-9_.@+:,/=-]{1,200}")
_CONSTRAINT = re.compile(r"[A-Za-z0-9_.&|*()\[\],:=-]{1,200}")
_OPTION = re.compile(r"--[a-z][a-z-]*(=[A-Za-z0-9_.@+:,/=-]{1,200})?")
# What a site's profile says of a queue, and a user's own directive says otherwise.
_NOT_OURS = {"--qos", "--constraint", "--reservation", "--hint", "--exclusive"}
_LONG = {"-q": "--qos", "-C": "--constraint"}
_WORD = re.compile(r"--[a-z-]+|-[A-Za-z]")
_OURS = {
    "--job-name", "--nodes", "--ntasks", "--ntasks-per-node", "--output", "--open-mode", "--no-requeue",
    "--export",
}  # fmt: skip


# --- environments


def asking_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for questions: nothing in it changes what is shown or which jobs are meant.

    ``SQUEUE_FORMAT``, ``SQUEUE_STATES``, ``SLURM_CLUSTERS``, ``SLURM_JOB_ID`` and their like do.
    """
    prefixes = ("SLURM_", "SQUEUE_", "SINFO_", "SBATCH_", "SCANCEL_", "SCONTROL_", "SACCTMGR_", "SSHARE_")
    kept = {name: value for name, value in environ.items() if not name.startswith(prefixes)}
    if "SLURM_CONF" in environ:
        kept["SLURM_CONF"] = environ["SLURM_CONF"]
    return {**kept, "LC_ALL": "C", "SLURM_TIME_FORMAT": "%s"}


def submitting_environment(environ: Mapping[str, str], spec: JobSpec) -> dict[str, str]:
    """The environment that sbatch runs in, and so the job's: what it needs, no tokens, and the spec's own.

    Variables of a job that we may be in ourselves (``SLURM_*``) would change the new one.
    """
    own = set(_OWN_DEFAULTS)
    own |= {"SBATCH_PARTITION"} if spec.queue is None else set()
    own |= {"SBATCH_ACCOUNT"} if spec.account is None else set()
    passed = {name: value for name, value in environ.items() if _PASSED_ON.fullmatch(name) or name in own}
    gone = spec.asking.preamble.unset  # a shell reads BASH_ENV before a line of the script
    return {name: value for name, value in passed.items() if name not in gone} | spec.environment


# --- commands


def submit_command(spec: JobSpec) -> list[str]:
    """The sbatch command for this job; its script comes by standard input.

    Everything a wish can choose stands here, an argument each, and nothing of it in the script.
    Options given here win over those in the script and over ``SBATCH_*`` variables.
    """
    return ["sbatch", "--parsable", *_options(spec)]


def estimate_command(spec: JobSpec) -> list[str]:
    """The sbatch command that only says when the job would start."""
    return ["sbatch", "--test-only", *_options(spec)]


def queue_command(jobs: Collection[JobId] | None, user: str) -> list[str]:
    """One squeue for all these jobs, or for all of ``user`` (name or number); finished ones too."""
    command = ["squeue", "--noheader", "--states=all", f"--format={_QUEUE_FORMAT}"]
    if jobs is None:
        return [*command, f"--user={user}"]
    if len(jobs) > MOST_NAMED:
        return command
    return [*command, f"--jobs={','.join(jobs)}"]


def find_command(name: str, user: str) -> list[str]:
    """The squeue that finds a job by its name."""
    return ["squeue", "--noheader", "--states=all", "--format=%i", f"--user={user}", f"--name={name}"]


def cancel_command(jobs: Collection[JobId]) -> list[str]:
    """One scancel for all these jobs."""
    return ["scancel", *jobs]


def script(spec: JobSpec) -> str:
    """The job script: what the site needs, an admin's and the user's lines, the command once on every node.

    srun is told the CPUs again: since Slurm 22.05 it does not take them from the job, and would bind
    all workers of a node to one core. One node's failure leaves the others running.
    """
    steps = ["srun", f"--nodes={spec.nodes}", f"--ntasks={spec.nodes}", "--ntasks-per-node=1"]
    steps += [f"--cpus-per-task={spec.cores_per_node}", "--kill-on-bad-exit=0", "--wait=0", "--mpi=none"]
    steps += _gpus(spec)
    lines = [
        preamble.shebang(spec),
        *(f"#SBATCH {directive}" for directive in spec.directives),
        *preamble.lines(spec),
        f"exec {shlex.join([*steps, *spec.command])} < /dev/null",
    ]
    return "\n".join(lines) + "\n"


def whole_script(spec: JobSpec) -> str:
    """The same with the options of the command in it, so that ``sbatch FILE`` asks for the same job."""
    spelling.check_paths(spec)
    first, rest = script(spec).split("\n", 1)
    options = [f"#SBATCH {shlex.quote(option)}" for option in _options(spec)]
    return "\n".join([first, *options, rest])


def script_command(job: JobId) -> list[str]:
    """The scontrol that writes a job's script to standard output."""
    return ["scontrol", "write", "batch_script", job, "-"]


def _options(spec: JobSpec) -> list[str]:
    _check_names(spec)
    options = [
        f"--job-name={spec.name}",
        f"--nodes={spec.nodes}",
        f"--ntasks={spec.nodes}",
        "--ntasks-per-node=1",
        f"--cpus-per-task={spec.cores_per_node}",
        f"--time={render_minutes(spec.walltime_s)}",
        f"--output={str(spec.log).replace('%', '%%')}",
        "--open-mode=append",
        "--no-requeue",
        "--export=ALL",
    ]
    asking = spec.asking
    if spec.memory_per_node_bytes is not None and asking.memory:
        options.append(f"--mem={render_megabytes(spec.memory_per_node_bytes)}")
    options += _gpus(spec)
    named = {
        "partition": spec.queue if asking.partition is None else asking.partition,
        "account": spec.account,
        "qos": _qos(spec),
        "constraint": asking.constraint,
        "reservation": asking.reservation,
        "exclude": ",".join(spec.exclude),
    }
    options += [f"--{option}={value}" for option, value in named.items() if value]
    if spec.working_directory is not None:
        options.append(f"--chdir={spec.working_directory}")
    return _wanted([*options, *asking.options], spec)


def _wanted(options: list[str], spec: JobSpec) -> list[str]:
    """Without those that the site or the user wants left out, and those that the user's directives name."""
    said = {_LONG.get(word, word) for line in spec.directives for word in _WORD.findall(line.strip())[:1]}
    out = {*spec.skip, *spec.asking.skip, *(said & _NOT_OURS)} - _OURS
    return [option for option in options if option.partition("=")[0] not in out]


def _gpus(spec: JobSpec) -> list[str]:
    """The option for GPUs, if there are any. What ``--gpus`` says is the job's, all others are a node's."""
    if not spec.gpus_per_node:
        return []
    template = spec.asking.gpus or "--gres=gpu:{n}"
    is_whole_job = template.startswith("--gpus=")
    return [template.replace("{n}", str(spec.gpus_per_node * (spec.nodes if is_whole_job else 1)))]


def _qos(spec: JobSpec) -> str | None:
    qos = spec.asking.qos
    return qos and qos.replace("{account}", spec.account or "")


def _check_names(spec: JobSpec) -> None:
    asking = spec.asking
    for what, name in (
        ("job name", spec.name),
        ("queue", spec.queue),
        ("account", spec.account),
        ("partition", asking.partition or None),
        ("QoS", _qos(spec)),
        ("reservation", asking.reservation),
        *(("node to stay away from", node) for node in spec.exclude),
    ):
        if name is not None and not _NAME.fullmatch(name):
            raise SubmitRefused(
                f"{name!r} cannot be the {what}.",
                why="A name has letters, digits and . _ - + @ : , / only, 200 at most.",
                next_step="Choose one of the names that sinfo and sacctmgr show.",
            )
    for what, option, form in (
        ("constraint", asking.constraint, _CONSTRAINT),
        ("option for GPUs", asking.gpus and asking.gpus.replace("{n}", "1"), _OPTION),
        *(("option", option, _OPTION) for option in asking.options),
    ):
        if option is not None and not form.fullmatch(option):
            raise SubmitRefused(
                f"{option!r} cannot be the {what}.",
                why="It comes from the profile of this site, and has characters that no option has.",
                next_step="Mend the profile: funicular sites show prints it.",
            )
    spelling.check(spec)
    for line in spec.directives:
        if re.match(r"\s*(-M|--clusters?\b)", line):
            raise SubmitRefused(
                "The job names another cluster.",
                why=f"The directive {line!r} would send it where this machine's squeue does not see it.",
                next_step="Log in to a machine of that cluster, and remove the line from your jobqueue.yaml.",
            )
        if "\n" in line:
            raise SubmitRefused(f"A directive must be one line: {line!r}.")


# --- answers


def parse_submitted(answer: Answer) -> JobId:
    """The new job's id from ``sbatch --parsable``: ``123``, or ``123;cluster`` where there are several.

    Other words may stand before it (a site's greeting): the last line counts.
    """
    last = answer.stdout.strip().rpartition("\n")[2].strip()
    found = re.fullmatch(r"(\d+)(?:;\S+)?", last)
    if found is None:
        raise unreadable("a job number", answer.stdout, shlex.join(answer.argv))
    return JobId(found[1])


def parse_queue(answer: Answer, *, now: float) -> dict[JobId, JobStatus]:
    """All jobs in squeue's answer by id.   now: seconds since the epoch, for waiting times."""
    before, *records = answer.stdout.split(RECORD)
    if before.strip():
        raise unreadable("a list of jobs", before, shlex.join(answer.argv))
    jobs = (_parse_job(record.removesuffix("\n"), answer.argv, now) for record in records)
    return {status.job: status for status in jobs}


def parse_estimate(answer: Answer, *, now: float) -> Estimate:
    """When the job would start, from ``sbatch --test-only``, which speaks on standard error."""
    found = re.search(r"Job \d+ to start at (\d+)", answer.stderr)
    if found is not None:
        return Estimate(starts_in_s=max(0.0, float(found[1]) - now))
    if answer.code != 0:
        return Estimate(refused=own_words(answer.stderr))
    raise unreadable("an estimate", answer.words, shlex.join(answer.argv))


def own_words(stderr: str) -> str:
    """Slurm's message without the program's name: the last line that says something."""
    lines = [re.sub(r"^(\w+: )?(error: |fatal: )?", "", line).strip() for line in stderr.splitlines()]
    lines = [line for line in lines if line and not line.startswith("Try ")]
    said = [re.sub(r"^(Batch job submission failed|allocation failure): ", "", line) for line in lines]
    return said[-1] if said else ""


def _parse_job(record: str, argv: Iterable[str], now: float) -> JobStatus:
    fields = record.split(FIELD, len(_QUEUE_FIELDS) - 1)
    state = STATES.get(fields[1]) if len(fields) == len(_QUEUE_FIELDS) else None
    if state is None:
        raise unreadable("a job", record, shlex.join(argv))
    job, code, why, queue, account, nodes, cores, hosts, submitted, started, ran, left, name = fields
    begun = _epoch(started)
    has_begun = state is not JobState.PENDING and begun is not None
    waited_until = begun if has_begun and begun is not None else now
    asked = _epoch(submitted)
    return JobStatus(
        job=JobId(job),
        state=state,
        state_code=code,
        reason=_reason(state, code, why),
        name=name,
        queue=queue,
        account="" if account.upper() in NOT_KNOWN else account,
        nodes=_number(nodes, record),
        cores=_number(cores, record),
        hosts=expand_hosts(hosts),
        waited_s=None if asked is None else max(0.0, waited_until - asked),
        ran_s=parse_duration_s(ran) if has_begun else None,
        time_left_s=parse_duration_s(left) if state is JobState.RUNNING else None,
    )


def _reason(state: JobState, code: str, why: str) -> Reason | None:
    if state is JobState.PENDING:
        return explain_waiting(why)
    return explain_ending(code, why) if state is JobState.GONE else None


def _epoch(text: str) -> float | None:
    if text.strip().upper() in NOT_KNOWN:
        return None
    if not text.strip().isdecimal():
        raise unreadable("a time in seconds", text)
    return float(text)


def _number(text: str, record: str) -> int:
    """A count; Slurm shortens large ones (``2K``)."""
    found = re.fullmatch(r"(\d+)([KM]?)(?:-\d+[KM]?)?", text.strip())
    if found is None:
        raise unreadable("a count", record)
    return int(found[1]) * {"": 1, "K": 1024, "M": 1024**2}[found[2]]
