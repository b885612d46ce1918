"""Record what a real Slurm answers, for the parsers' tests: ``python -m tests.slurm.record``.

Takes the site (brings it up if need be), makes every situation happen that we read about, asks the very
questions that Funicular asks, and writes each answer to tests/data/slurm-<version>/. About two minutes.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from funicular.schedulers import slurm_accounting, slurm_allowances, slurm_nodes, slurm_queues, slurm_text
from funicular.schedulers.base import JobId, JobSpec
from funicular.schedulers.run import Answer
from tests import recordings
from tests.slurm import daemons, site
from tests.slurm.people import Person
from tests.slurm.running import RunningSite

HOLD = ["--wrap", "sleep 600"]


class Recorder:
    """Asks as one user and writes the answer down."""

    def __init__(self, running: RunningSite) -> None:
        self.site = running
        self.alice = running.person("funalice")
        self.version = running.slurm("sinfo", "--version").stdout.strip()
        short = re.search(r"\d+\.\d+", self.version)
        assert short, self.version
        self.folder = recordings.FOLDER / f"slurm-{short[0]}"
        self.folder.mkdir(parents=True, exist_ok=True)

    def ask(
        self,
        name: str,
        command: list[str] | tuple[str, ...],
        *,
        person: Person | None = None,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        note: str = "",
    ) -> Answer:
        """Run a command as Funicular would and keep the answer as ``name``."""
        who = person or self.alice
        when = time.time()
        environment = {"LC_ALL": "C", "SLURM_TIME_FORMAT": "%s", **(env or {})}
        done = who.run(list(command), input=stdin, env=environment)
        answer = Answer(tuple(command), done.returncode, done.stdout, done.stderr)
        text = recordings.render(answer, version=self.version, when=when, note=note)
        (self.folder / f"{name}.txt").write_bytes(text.encode())
        return answer

    def submit(self, *options: str, person: Person | None = None) -> JobId:
        """A job for a situation; gives its id."""
        done = (person or self.alice).run(
            ["sbatch", "--parsable", "--output=/dev/null", *options], check=True
        )
        return JobId(done.stdout.strip())

    def shows(self, job: JobId) -> str:
        """Slurm's words for a job's state and reason now."""
        return self.alice.run(["squeue", "-h", "-t", "all", "-j", job, "-o", "%T %r"]).stdout.strip()

    def when_it_shows(self, name: str, job: JobId, words: str, *, seconds: float = 40) -> None:
        """Record the queue with this job as soon as its state and reason begin with ``words``."""
        expected = words.replace(" ", slurm_text.FIELD)
        command = slurm_text.queue_command([job], "0")

        def is_recorded() -> bool:
            return self.shows(job).startswith(words) and expected in self.ask(name, command).stdout

        if not daemons.until(is_recorded, seconds, step_s=0.2):
            raise SystemExit(f"{name}: job {job} shows {self.shows(job)!r}, not {words!r}")
        print(f"  {name}: {words}")


def main() -> int:
    with site.turn(site.layout_for()):
        layout, started = site.up(has_turn=True)
        if not layout.as_root:
            print("Recording needs the site that only root can make.", file=sys.stderr)
            return 1
        recorder = Recorder(RunningSite(layout))
        try:
            for situation in (idle, refusals, waiting, limits, endings, accounting, allowances, silence):
                print(situation.__name__)
                _clean(recorder)
                situation(recorder)
        finally:
            _clean(recorder)
            if started:
                site.down(has_turn=True)
    return 0


def _clean(recorder: Recorder) -> None:
    for name in ("funalice", "funbob"):
        recorder.site.slurm("scancel", f"--user={name}", check=False)
    daemons.until(lambda: not recorder.site.slurm("squeue", "-h").stdout.strip(), 20, step_s=0.2)


# --- situations


def idle(recorder: Recorder) -> None:
    """Nothing runs: what there is, and who may."""
    recorder.ask("sinfo-nodes", slurm_queues.NODES_COMMAND)
    recorder.ask("scontrol-partitions", slurm_queues.PARTITIONS_COMMAND)
    weights = "TRESBillingWeights=CPU=1.0,Mem=0.25G,GRES/gpu=16"
    recorder.site.slurm("scontrol", "update", "PartitionName=gpu", weights)
    recorder.ask("scontrol-partitions-weighted", slurm_queues.PARTITIONS_COMMAND)
    recorder.site.slurm("scontrol", "update", "PartitionName=gpu", "TRESBillingWeights=")
    recorder.ask("scontrol-nodes", slurm_nodes.nodes_command(["n1", "n4"]))
    recorder.ask("scontrol-config", slurm_queues.CONFIG_COMMAND)
    for name in ("alice", "bob", "carol"):
        person = recorder.site.person(f"fun{name}")
        recorder.ask(f"sacctmgr-{name}", slurm_queues.accounts_command(person.name), person=person)
    recorder.ask("squeue-nothing", slurm_text.queue_command(None, "funcarol"))
    recorder.ask("squeue-unknown-job", slurm_text.queue_command([JobId("999999")], "0"))
    recorder.ask("test-only-now", slurm_text.estimate_command(_spec()), stdin=slurm_text.script(_spec()))
    answer = recorder.ask(
        "sbatch-taken", slurm_text.submit_command(_spec()), stdin=slurm_text.script(_spec())
    )
    assert answer.code == 0, answer.stderr


def refusals(recorder: Recorder) -> None:
    """Everything that sbatch says no to."""
    cases: dict[str, tuple[JobSpec, Person | None]] = {
        "unknown-partition": (_spec(queue="nosuch"), None),
        "unknown-account": (_spec(account="nosuch"), None),
        "foreign-account": (_spec(account="bio"), None),
        "no-account": (_spec(), recorder.site.person("funcarol")),
        "memory": (_spec(memory_per_node_bytes=2**40), None),
        "gpus-without": (_spec(gpus_per_node=1, nodes=4), None),
        "too-many-gpus": (_spec(nodes=1, gpus_per_node=9, queue="gpu"), None),
        "unknown-qos": (_spec(directives=("--qos=nosuch",)), None),
        "qos-wall": (_spec(walltime_s=3600, directives=("--qos=strict",)), None),
        "qos-nodes": (_spec(nodes=4, walltime_s=60, directives=("--qos=strict",)), None),
        "unknown-gres": (_spec(directives=("--gres=tpu:1",)), None),
        "unknown-feature": (_spec(directives=("--constraint=nosuch",)), None),
        "unknown-reservation": (_spec(directives=("--reservation=nosuch",)), None),
        "unknown-option": (_spec(directives=("--nosuch",)), None),
        "bad-value": (_spec(directives=("--mem=much",)), None),
    }
    for name, (spec, person) in cases.items():
        script = slurm_text.script(spec)
        command = slurm_text.submit_command(spec)
        answer = recorder.ask(f"sbatch-refused-{name}", command, stdin=script, person=person)
        if answer.code == 0:
            raise SystemExit(f"sbatch took {name}")
    for name in ("unknown-partition", "memory"):
        spec = cases[name][0]
        command = slurm_text.estimate_command(spec)
        recorder.ask(f"test-only-refused-{name}", command, stdin=slurm_text.script(spec))


def waiting(recorder: Recorder) -> None:
    """Jobs that wait, each for another reason."""
    submit, shows = recorder.submit, recorder.when_it_shows
    failed = submit("--wrap", "exit 3")
    licensed = submit("-t5", "-L", "matlab", *HOLD)
    shows("squeue-running", licensed, "RUNNING")
    shows("squeue-pending-licenses", submit("-L", "matlab", *HOLD), "PENDING Licenses")
    shows("squeue-pending-begin-time", submit("--begin=now+1hour", *HOLD), "PENDING BeginTime")
    shows("squeue-pending-held-by-user", submit("--hold", *HOLD), "PENDING JobHeldUser")
    shows("squeue-pending-node-limit", submit("-N9", *HOLD), "PENDING PartitionNodeLimit")
    shows("squeue-pending-time-limit", submit("-t10-0", *HOLD), "PENDING PartitionTimeLimit")
    shows("squeue-pending-config", submit("-n500", *HOLD), "PENDING PartitionConfig")
    shows(
        "squeue-pending-dependency", submit(f"--dependency=afterok:{licensed}", *HOLD), "PENDING Dependency"
    )
    never = submit(f"--dependency=afterok:{failed}", *HOLD)
    shows("squeue-pending-dependency-never", never, "PENDING DependencyNeverSatisfied")
    held = submit("--begin=now+1hour", *HOLD)
    recorder.site.slurm("scontrol", "hold", held)
    shows("squeue-pending-held-by-admin", held, "PENDING JobHeldAdmin")
    array = submit("--array=1-3%1", *HOLD)
    shows("squeue-pending-array-limit", array, "PENDING JobArrayTaskLimit")
    shows("squeue-strange-name", submit("--job-name=a|b\nc  d", "-t5", *HOLD), "RUNNING")
    _unavailable(recorder)
    _clean(recorder)
    all_nodes = submit("-N4", "--exclusive", "-t20", *HOLD)
    shows("squeue-running-four-nodes", all_nodes, "RUNNING")
    first, second = submit("-N4", "-t20", *HOLD), submit("-N4", "-t20", *HOLD)
    shows("squeue-pending-resources", first, "PENDING Resources")
    shows("squeue-pending-priority", second, "PENDING Priority")
    recorder.ask("test-only-later", slurm_text.estimate_command(_spec()), stdin=slurm_text.script(_spec()))
    recorder.ask("squeue-several", slurm_text.queue_command([all_nodes, first, second, JobId("999999")], "0"))
    recorder.ask("squeue-all-of-alice", slurm_text.queue_command(None, "funalice"))
    _clean(recorder)


def _unavailable(recorder: Recorder) -> None:
    """A drained node, a reservation that has not begun, a maintenance that is near."""
    admin = recorder.site.slurm
    admin("scontrol", "update", "nodename=n3", "state=drain", "reason=recording")
    try:
        drained = recorder.submit("-w", "n3", "-t5", *HOLD)
        recorder.when_it_shows("squeue-pending-node-drained", drained, "PENDING ReqNodeNotAvail")
    finally:
        admin("scontrol", "update", "nodename=n3", "state=resume")
    new = ["scontrol", "create", "reservation", "reservationname=course", "users=funalice", "nodes=n2"]
    admin(*new, "starttime=now+1hour", "duration=30")
    try:
        early = recorder.submit("--reservation=course", "-t5", *HOLD)
        recorder.when_it_shows("squeue-pending-reservation", early, "PENDING Reservation")
    finally:
        admin("scancel", "--user=funalice")
        daemons.until(lambda: not admin("squeue", "-h", "-R", "course").stdout.strip(), 10)
        admin("scontrol", "delete", "reservationname=course")
    new = ["scontrol", "create", "reservation", "reservationname=upkeep", "users=root", "nodes=ALL"]
    admin(*new, "starttime=now+10minutes", "duration=60", "flags=maint")
    try:
        long = recorder.submit("-t60", *HOLD)
        recorder.when_it_shows("squeue-pending-maintenance", long, "PENDING ReqNodeNotAvail")
    finally:
        admin("scontrol", "delete", "reservationname=upkeep")


def limits(recorder: Recorder) -> None:
    """Limits of a QOS and of an account."""
    submit, shows = recorder.submit, recorder.when_it_shows
    too_long = submit("-q", "tiny", "-t9", *HOLD)
    shows("squeue-pending-qos-wall", too_long, "PENDING QOSMaxWallDurationPerJobLimit")
    shows("squeue-running-qos", submit("-q", "tiny", "-t1", *HOLD), "RUNNING")
    shows("squeue-pending-qos-jobs", submit("-q", "tiny", "-t1", *HOLD), "PENDING QOSMaxJobsPerUserLimit")
    for name, limit, free, word in (
        ("cpus", "GrpTRES=cpu=1", "GrpTRES=cpu=-1", "AssocGrpCpuLimit"),
        ("nodes", "GrpTRES=node=1", "GrpTRES=node=-1", "AssocGrpNodeLimit"),
        ("jobs", "GrpJobs=1", "GrpJobs=-1", "AssocGrpJobsLimit"),
        ("minutes", "GrpTRESMins=cpu=1", "GrpTRESMins=cpu=-1", "AssocGrpCPUMinutesLimit"),
        ("per-job", "MaxTRESPerJob=cpu=1", "MaxTRESPerJob=cpu=-1", "AssocMaxCpuPerJobLimit"),
    ):
        with _changed(recorder, ["account", "physics", "set", limit], ["account", "physics", "set", free]):
            recorder.site.slurm("scancel", "--user=funalice")
            runs = submit("-t5", *HOLD) if name != "minutes" else None
            if runs:
                daemons.until(lambda job=runs: recorder.shows(job).startswith("RUNNING"), 20)
            job = submit("-N2", "-c2", "-t30", *HOLD)
            shows(f"squeue-pending-account-{name}", job, f"PENDING {word}")


@contextmanager
def _changed(recorder: Recorder, change: list[str], back: list[str]) -> Iterator[None]:
    """Inside, sacctmgr has modified something; it is set back afterwards."""
    recorder.site.slurm("sacctmgr", "-i", "modify", *change)
    try:
        yield
    finally:
        recorder.site.slurm("sacctmgr", "-i", "modify", *back)


def endings(recorder: Recorder) -> None:
    """Jobs that are over, each in another way."""
    submit, shows = recorder.submit, recorder.when_it_shows
    timeout = submit("-t1", *HOLD)
    crash = submit("-w", "n3", "--no-requeue", *HOLD)
    shows("squeue-gone-completed", submit("--wrap", "true"), "COMPLETED")
    shows("squeue-gone-exit-code", submit("--wrap", "exit 3"), "FAILED")
    shows("squeue-gone-signal", submit("--wrap", "kill -SEGV $$"), "FAILED")
    hungry = "exec python -c 'x = bytearray(2**29); import time; time.sleep(60)'"
    shows("squeue-gone-memory", submit("--mem=100", "--wrap", hungry), "FAILED")
    cancelled = submit(*HOLD)
    daemons.until(lambda: recorder.shows(cancelled).startswith("RUNNING"), 10)
    slow = submit("--wrap", "trap '' TERM; while true; do sleep 1; done")
    daemons.until(lambda: recorder.shows(slow).startswith("RUNNING"), 10)
    recorder.alice.run(["scancel", cancelled, slow])
    shows("squeue-ending", slow, "COMPLETING")
    shows("squeue-gone-cancelled", cancelled, "CANCELLED")
    waits = submit("--hold", *HOLD)
    recorder.alice.run(["scancel", waits])
    shows("squeue-gone-cancelled-waiting", waits, "CANCELLED")
    recorder.alice.run(["sbatch", "--version"])
    late = submit("--deadline=now+3minutes", "--time-min=1", "-t2", "--hold", *HOLD)
    daemons.until(lambda: recorder.shows(crash).startswith("RUNNING"), 10)
    recorder.site.crash_node("n3")
    try:
        shows("squeue-gone-node-fail", crash, "NODE_FAIL", seconds=90)
    finally:
        recorder.site.start_node("n3")
    shows("squeue-gone-timeout", timeout, "TIMEOUT", seconds=120)
    recorder.alice.run(["scancel", late])
    recorder.site.wait_for_nodes()


def accounting(recorder: Recorder) -> None:
    """What jobs have cost: one that is done, one with GPUs, one cancelled while it waited, one that runs."""
    done = recorder.submit("-N2", "-n2", "-c3", "--wrap", "sleep 2")
    on_gpus = recorder.submit("-p", "gpu", "--gres=gpu:2", "-c2", "--wrap", "sleep 1")
    cancelled = recorder.submit("--begin=now+1hour", *HOLD)
    runs = recorder.submit("-n2", *HOLD)
    recorder.alice.run(["scancel", cancelled], check=True)
    jobs = [done, on_gpus, cancelled, runs, JobId("999999")]

    def is_recorded() -> bool:
        answer = recorder.ask("sacct-several", slurm_accounting.usage_command(jobs))
        states = {line.split("|")[1].split()[0] for line in answer.stdout.splitlines()}
        return states == {"COMPLETED", "CANCELLED", "RUNNING"} and answer.stdout.count("COMPLETED") == 2

    if not daemons.until(is_recorded, 40, step_s=1):
        raise SystemExit("accounting does not show the four jobs")


def allowances(recorder: Recorder) -> None:
    """What accounts may use in all: no limit, one that a running job takes of, and usage that is private."""
    command = slurm_allowances.allowances_command(["physics", "bio"])
    recorder.ask("sshare-unlimited", command)
    limit = ["account", "physics", "set", "GrpTRESMins=cpu=600,gres/gpu=120"]
    conf = recorder.site.layout.conf
    text = conf.read_text()
    with _changed(recorder, limit, ["account", "physics", "set", "GrpTRESMins=cpu=-1,gres/gpu=-1"]):
        runs = recorder.submit("-c4", "-t30", *HOLD)
        daemons.until(lambda: recorder.shows(runs).startswith("RUNNING"), 20)
        recorder.ask("sshare-limited", command)
        conf.write_text(f"{text}PrivateData=usage,accounts\n")
        recorder.site.slurm("scontrol", "reconfigure")
        try:
            daemons.until(
                lambda: "cpu=600" not in recorder.ask("sshare-private", command).stdout, 20, step_s=1
            )
        finally:
            conf.write_text(text)
            recorder.site.slurm("scontrol", "reconfigure")


def silence(recorder: Recorder) -> None:
    """Slurm does not answer: nobody listens, its authentication is gone, it is frozen."""
    conf = recorder.site.layout.conf.read_text()
    changed = {
        "unreachable": re.sub(r"SlurmctldPort=\d+", "SlurmctldPort=9", conf),
        "no-munge": re.sub(r"AuthInfo=\S+", "AuthInfo=socket=/nonexistent", conf),
    }
    job = [JobId("1")]
    for name, text in changed.items():
        path = Path(recorder.site.layout.root / f"etc/{name}.conf")
        path.write_text(text)
        env = {"SLURM_CONF": str(path)}
        recorder.ask(f"squeue-{name}", slurm_text.queue_command(job, "0"), env=env)
        recorder.ask(f"sbatch-{name}", slurm_text.submit_command(_spec()), stdin="#!/bin/sh\n", env=env)
        os.unlink(path)
    with recorder.site.frozen_controller():
        recorder.ask("squeue-frozen", slurm_text.queue_command(job, "0"))


def _spec(**changes: object) -> JobSpec:
    base: dict[str, object] = {"nodes": 2, "cores_per_node": 2, "walltime_s": 600}
    base |= {"memory_per_node_bytes": 2**29}
    return JobSpec("recording", ("sleep", "60"), Path("/dev/null"), **(base | changes))  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main())
