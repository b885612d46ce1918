"""The six verbs on a real Slurm, as an ordinary user from the login node."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.slurm import daemons
from tests.slurm.people import Person
from tests.slurm.running import RunningSite

pytestmark = pytest.mark.usefixtures("clean_queue")

# A script's first lines: the scheduler, a job to vary, and a way to tell what came of a call.
BEGIN = """
import dataclasses, json, os, sys, time
from pathlib import Path
from funicular.errors import FunicularError
from funicular.messages import to_json
from funicular.schedulers.base import JobId, JobSpec
from funicular.schedulers.slurm import SlurmScheduler

slurm = SlurmScheduler()
spec = JobSpec(f"block-{os.getpid()}", ("sleep", "60"), Path.home() / f"log-{os.getpid()}.txt",
               memory_per_node_bytes=2**28, walltime_s=120)

def change(**fields):
    return dataclasses.replace(spec, **fields)

def told(call, *arguments):
    began = time.monotonic()
    try:
        return {"answer": to_json(call(*arguments)), "took_s": time.monotonic() - began}
    except FunicularError as error:
        return {"error": type(error).__name__, "text": str(error), "took_s": time.monotonic() - began}

def until(job, states, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status = slurm.describe([job]).get(job)
        if (status.state if status else "forgotten") in states:
            return status
        time.sleep(0.1)
    raise SystemExit(f"{job} is {status}")

"""


def tells(person: Person, text: str, **options) -> dict:
    """What a script of this person prints, as JSON."""
    done = person.python(BEGIN + text, **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_one_submission_runs_the_command_on_four_nodes(alice: Person):
    """One sbatch; the command once on each of four different nodes, with its cores; then it is gone."""
    answer = tells(
        alice,
        """
from funicular.schedulers.run import Tally
tally = Tally()
slurm = SlurmScheduler(tally)
job = slurm.submit(change(nodes=4, cores_per_node=2, command=("sh", "-c",
    "echo $SLURMD_NODENAME $SLURM_CPUS_PER_TASK $SLURM_CPUS_ON_NODE; sleep 1.5")))
running = until(job, {"running"})
over = until(job, {"gone"})
print(json.dumps({"running": to_json(running), "over": to_json(over), "log": spec.log.read_text(),
    "mode": oct(spec.log.stat().st_mode & 0o777), "sbatch": [c[0] for c in tally.commands].count("sbatch")}))
""",
    )

    assert answer["sbatch"] == 1
    assert sorted(answer["log"].split("\n")[:-1]) == [f"n{i} 2 2" for i in (1, 2, 3, 4)]
    assert answer["running"]["hosts"] == ["n1", "n2", "n3", "n4"]
    assert answer["running"]["cores"] == 8
    assert answer["over"]["reason"]["code"] == "COMPLETED"
    assert answer["mode"] == "0o600"


def test_queues_are_the_partitions_that_this_user_may_use(alice: Person):
    """Names, sizes, limits and the account, the default queue first."""
    first, *others = tells(alice, "print(json.dumps(to_json(slurm.queues())))")

    assert first["name"] == "cpu"
    assert (first["nodes"], first["cores_per_node"]) == (4, 8)
    assert first["memory_per_node_bytes"] == 16000 * 2**20
    assert first["max_walltime_s"] == 86400
    assert "debug" in {queue["name"] for queue in others}


def test_accounts_are_the_users_own(alice: Person, bob: Person, carol: Person, as_root: object):
    """Each sees the accounts that they may charge."""
    seen = [tells(one, "print(json.dumps(slurm.queues()[0].accounts))") for one in (alice, bob, carol)]

    assert seen == [["physics"], ["bio"], []]


def test_a_whole_node_can_be_asked_for(alice: Person):
    """What ``queues`` says a node has is what ``submit`` may ask for."""
    answer = tells(
        alice,
        """
queue = slurm.queues()[0]
memory = queue.memory_per_node_bytes
job = slurm.submit(change(cores_per_node=queue.cores_per_node, memory_per_node_bytes=memory))
status = until(job, {"running"})
slurm.cancel([job])
print(json.dumps({"cores": status.cores}))
""",
    )

    assert answer["cores"] == 8


def test_cancelling_ends_a_job_and_twice_is_no_error(alice: Person):
    """A running job is gone soon after; cancelling it again, or a job that never was, changes nothing."""
    answer = tells(
        alice,
        """
job = slurm.submit(spec)
until(job, {"running"})
began = time.monotonic()
slurm.cancel([job])
over = until(job, {"gone"})
took_s = time.monotonic() - began
slurm.cancel([job]); slurm.cancel([JobId("999999")])
print(json.dumps({"code": over.reason.code, "took_s": took_s}))
""",
    )

    assert answer["code"].startswith("CANCELLED")
    assert answer["took_s"] < 10


def test_a_waiting_job_says_why(alice: Person):
    """More time than the queue gives: taken by Slurm, and told as hopeless with a next step."""
    answer = tells(
        alice,
        """
job = slurm.submit(change(queue="debug", walltime_s=3600))
end = time.monotonic() + 10
while (status := slurm.describe([job])[job]).reason.code == "None" and time.monotonic() < end:
    time.sleep(0.1)
slurm.cancel([job])
print(json.dumps(to_json(status)))
""",
    )

    assert answer["state"] == "pending"
    assert answer["reason"]["hopeless"]
    assert "time" in answer["reason"]["text"]
    assert "funicular.scale(" in answer["reason"]["next_step"]


def test_all_jobs_of_the_user_are_shown_and_nobody_elses(alice: Person, bob: Person, as_root: object):
    """Without ids: mine, whoever submitted them and however they are called; not my neighbour's."""
    foreign = bob.run(
        ["sbatch", "--parsable", "--output=/dev/null", "--wrap", "sleep 60"], check=True
    ).stdout.strip()
    mine = alice.run(
        ["sbatch", "--parsable", "--output=/dev/null", "-J", "odd|name\nhere", "--wrap", "sleep 60"],
        check=True,
    ).stdout.strip()
    seen = tells(alice, "print(json.dumps(to_json({job: s.name for job, s in slurm.describe().items()})))")
    alice.cancel_all()
    bob.cancel_all()

    assert seen[mine] == "odd|name\nhere"
    assert foreign not in seen


def test_an_estimate_is_soon_on_an_idle_cluster_and_later_on_a_full_one(alice: Person):
    """Nothing is submitted by asking."""
    answer = tells(
        alice,
        """
idle = slurm.estimate(spec)
job = slurm.submit(change(nodes=4, cores_per_node=8, walltime_s=600))
until(job, {"running"})
full = slurm.estimate(spec)
alive = [s for s in slurm.describe().values() if s.state != "gone"]
slurm.cancel([job])
print(json.dumps({"idle": idle.starts_in_s, "full": full.starts_in_s, "alive": len(alive)}))
""",
    )

    assert answer["idle"] < 10
    assert 120 < answer["full"] < 1200
    assert answer["alive"] == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ('queue="nosuch"', ["no queue named 'nosuch'", "cpu, debug", "Invalid partition name"]),
        ("memory_per_node_bytes=2**45", ["35.2 TB of memory", "less memory"]),
        ('directives=("--nosuch",)', ["does not know an option", "jobqueue.yaml"]),
        ('queue="a\\nb"', ["cannot be the queue", "letters, digits"]),
    ],
)
def test_a_refusal_tells_why_and_what_would_be_taken(alice: Person, fields: str, words: list[str]):
    """The value, the reason, the next step and Slurm's own words, within ten seconds; no job is left."""
    answer = tells(alice, f"print(json.dumps(told(slurm.submit, change({fields}))))")

    assert answer["error"] == "SubmitRefused"
    assert all(word in answer["text"] for word in words), answer["text"]
    assert answer["took_s"] < 10
    assert alice.jobs() == []


def test_an_unknown_account_lists_those_that_may_be_charged(alice: Person, as_root: object):
    """Another project's account is refused, and one's own is named."""
    answer = tells(alice, 'print(json.dumps(told(slurm.submit, change(account="bio"))))')

    assert answer["error"] == "SubmitRefused"
    assert 'account="physics"' in answer["text"]


def test_a_user_without_account_is_told_whom_to_ask(carol: Person):
    """Slurm's "Invalid account" becomes: nobody has added you to a project yet."""
    answer = tells(carol, "print(json.dumps(told(slurm.submit, spec)))")

    assert answer["error"] == "SubmitRefused"
    assert "add you to a project" in answer["text"]


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ("sleep 100", "NoAnswer", "sbatch said nothing for 6"),
        ("echo Welcome; exit 0", "ParseError", "Welcome"),
        (
            "echo 'sbatch: error: the moon is in the wrong phase' >&2; exit 1",
            "SubmitRefused",
            "the wrong phase",
        ),
        ("exit 42", "SubmitRefused", "no words"),
        ("kill -9 $$", "SubmitRefused", "no words"),
    ],
)
def test_a_broken_sbatch_is_an_error_in_words_within_ten_seconds(
    alice: Person, slurm_site: RunningSite, body: str, error: str, words: str
):
    """Hanging, babbling, refusing or dying: the true reason, soon, and no job."""
    answer = tells(
        alice,
        "print(json.dumps(told(slurm.submit, spec)))",
        path_first=slurm_site.shims({"sbatch": body}),
    )

    assert answer["error"] == error
    assert words in answer["text"]
    assert answer["took_s"] < 10
    assert alice.jobs() == []


def test_a_missing_sbatch_is_named(alice: Person, slurm_site: RunningSite):
    """Where no sbatch is in PATH the error says so at once, and how to go on."""
    python = alice.run(["sh", "-c", "command -v python"]).stdout.strip()
    script = alice.write("missing.py", BEGIN + "print(json.dumps(told(slurm.submit, spec)))")
    done = alice.run([python, str(script)], env={"PATH": str(Path(python).parent)})
    answer = json.loads(done.stdout)

    assert answer["error"] == "CommandMissing"
    assert "sbatch was not found on this machine" in answer["text"]
    assert answer["took_s"] < 1


def test_a_silent_sbatch_that_did_submit_is_not_submitted_twice(alice: Person, slurm_site: RunningSite):
    """sbatch hands the job over, then hangs: the job is found by its name."""
    folder = slurm_site.shims({"sbatch": '/usr/bin/sbatch "$@" >/dev/null; sleep 100'})
    answer = tells(alice, "print(json.dumps(told(slurm.submit, spec)))", path_first=folder)
    jobs = alice.jobs()
    alice.cancel_all()

    assert jobs == [answer["answer"]]


def test_a_frozen_controller_is_no_answer_and_no_job_is_called_gone(alice: Person, slurm_site: RunningSite):
    """While slurmctld is frozen every verb says so within ten seconds; afterwards the job is still there."""
    job = alice.run(
        ["sbatch", "--parsable", "--output=/dev/null", "--wrap", "sleep 60"], check=True
    ).stdout.strip()
    with slurm_site.frozen_controller():
        answers = tells(
            alice,
            f"""
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(5) as pool:
    calls = [(slurm.describe, ["{job}"]), (slurm.submit, spec), (slurm.queues,), (slurm.cancel, ["{job}"]),
             (slurm.available,)]
    print(json.dumps(list(pool.map(lambda call: told(*call), calls))))
""",
        )
    *verbs, available = answers
    left = tells(alice, f'print(json.dumps(list(slurm.describe(["{job}"]))))')
    daemons.until(lambda: not _our_shells(slurm_site, alice), 15)
    alice.cancel_all()

    assert {answer["error"] for answer in verbs} == {"NoAnswer"}
    assert max(answer["took_s"] for answer in answers) < 10
    assert not available["answer"]["here"]
    assert "did not answer" in available["answer"]["why_not"]
    assert left == [job]


def test_a_job_gets_no_token_of_the_session(alice: Person):
    """A secret in the submitting environment is not in the job's, nor in what accounting may keep of it."""
    answer = tells(
        alice,
        """
job = slurm.submit(change(command=("sh", "-c", "env; umask")))
until(job, {"gone"})
print(json.dumps({"log": spec.log.read_text()}))
""",
        env={"JPY_API_TOKEN": "verysecret", "JUPYTERHUB_API_TOKEN": "verysecret", "SLURM_JOB_ID": "1"},
    )

    assert "verysecret" not in answer["log"]
    assert "SLURM_CONF=" in answer["log"]


def test_paths_with_odd_characters_work(alice: Person):
    """Spaces, quotes, percent signs and a newline in a path are only characters."""
    answer = tells(
        alice,
        """
place = Path.home() / "a 'b\\" %j\\n$(id)"
place.mkdir(exist_ok=True)
job = slurm.submit(change(log=place / "log %x.txt", working_directory=place, command=("pwd",)))
until(job, {"gone"})
print(json.dumps({"log": (place / "log %x.txt").read_text(), "place": str(place)}))
""",
    )

    assert answer["log"] == answer["place"] + "\n"


def test_two_hundred_jobs_are_one_squeue(alice: Person, slurm_site: RunningSite):
    """``describe`` of 200 jobs is one command, and one job question as ``sdiag`` counts it."""
    make = "for i in $(seq 200); do sbatch --parsable --hold --output=/dev/null --wrap='sleep 1'; done"
    jobs = alice.run(["bash", "-c", make], check=True).stdout.split()
    before = slurm_site.counts()
    answer = tells(
        alice,
        """
from funicular.schedulers.run import Tally
tally = Tally()
found = SlurmScheduler(tally).describe(sys.argv[1:])
print(json.dumps({"commands": len(tally.commands), "waiting": [s.reason.code for s in found.values()]}))
""".replace("sys.argv[1:]", repr(jobs)),
    )
    asked = slurm_site.counts() - before
    began = time.monotonic()
    alice.cancel_all()

    assert answer["commands"] == 1
    assert answer["waiting"] == ["JobHeldUser"] * 200
    assert asked.by_type.get("REQUEST_JOB_INFO", 0) + asked.by_type.get("REQUEST_JOB_INFO_SINGLE", 0) == 1
    assert time.monotonic() - began < 30


def test_the_script_of_a_job_can_be_read(alice: Person):
    """What was handed over comes back, and asks for the same by hand; a strange number gives none."""
    answer = tells(
        alice,
        """
import subprocess
job = slurm.submit(spec)
read = slurm.script(job)
whole = Path.home() / "by-hand.sh"
whole.write_text(slurm.render(spec))
again = subprocess.run(["sbatch", "--parsable", str(whole)], capture_output=True, text=True, check=True)
other = JobId(again.stdout.strip())
jobs = slurm.describe([job, other])
same = [(j.name, j.nodes, j.cores, j.time_left_s is None or j.time_left_s <= 120) for j in jobs.values()]
none = slurm.script(JobId("4000000"))
slurm.cancel([job, other])
print(json.dumps({"read": read, "same": same, "none": none}))
""",
    )

    assert "sleep 60" in answer["read"]
    assert answer["same"][0] == answer["same"][1]
    assert answer["none"] is None


def _our_shells(running: RunningSite, person: Person) -> list[str]:
    """Slurm's commands that this person has still running."""
    return [line for line in running.processes_of(person) if "sbatch" in line or "squeue" in line]
