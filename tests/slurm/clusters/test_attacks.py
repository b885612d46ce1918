"""A second user on the same machine: reads nothing, reaches nothing, from the login node and from a job."""

import contextlib
import json
import os
import pwd
import stat

import psutil
import pytest

from tests.sockets import listening

# Run as the attacker: try every door of a listening socket, print what opened.
ATTACK = r"""
import asyncio, json, socket, ssl, sys
from concurrent.futures import ThreadPoolExecutor
from distributed.core import rpc
from funicular.clusters.security import dask_security, make_credentials, tls_context

doors = json.loads(sys.argv[1])
mine = make_credentials("mine", ("attacker",))["attacker"]
own = tls_context(mine, server=False)
own.verify_mode = ssl.CERT_NONE
bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
bare.check_hostname = False
bare.verify_mode = ssl.CERT_NONE
HELLO = b'{"kind": "hello", "block": "b1", "index": 0, "host": "evil", "pid": 1}\n'
TRIES = {
    "http": (b"GET /api/v1/view HTTP/1.0\r\n\r\n", None),
    "dask": (b"\x01" + bytes(23), None),
    "plain line": (HELLO, None),
    "own certificate": (HELLO, own),
    "no certificate": (HELLO, bare),
}

def talk(door, name):
    data, tls = TRIES[name]
    try:
        plain = socket.create_connection(door, timeout=3)
    except OSError as error:
        return [*door, name, f"unreachable: {error}"]  # then nothing was shown
    with plain:
        try:
            line = tls.wrap_socket(plain) if tls else plain
            line.sendall(data)
            answer = line.recv(4096)
        except OSError:
            return None
    if answer and not answer.startswith(b"\x15\x03"):  # a TLS alert is the right answer
        return [*door, name, answer[:80].decode(errors="replace")]

async def ask(door, scheme, arguments):
    try:
        async with rpc(f"{scheme}://{door[0]}:{door[1]}", timeout=3, **arguments) as remote:
            said = await asyncio.wait_for(remote.identity(), 4)
            return [*door, f"{scheme} client", str(said)[:80]]
    except Exception:
        return None

async def ask_all():
    theirs = {"connection_args": dask_security(mine).get_connection_args("client")}
    return await asyncio.gather(
        *(ask(door, *way) for door in doors for way in (("tcp", {}), ("tls", theirs)))
    )

ways = [(tuple(door), name) for door in doors for name in TRIES]
with ThreadPoolExecutor(32) as pool:
    found = list(pool.map(lambda way: talk(*way), ways))
found += asyncio.run(ask_all())
print(json.dumps([each for each in found if each]))
"""
UP = """
view = session.scale(Wish(nodes=2, cores=4))
session.wait_for_workers(4)
entry = session.entry()
job = session.view().blocks[0].job
answer({"name": entry.name, "pid": entry.process.pid, "socket": entry.socket, "job": job})
"""


@pytest.fixture
def cluster(notebook, as_root):
    """Alice's cluster with workers on two nodes; gives what her notebook knows of it."""
    book = notebook()
    return book, book.cell(UP)


def doors_of(alice):
    """Every listening TCP socket of alice's processes on any node, with an address to try it at.

    Those of Slurm's own srun are among them.
    """
    address_of = {node.name: node.address for node in alice.layout.nodes}
    seen = set()
    for process in psutil.process_iter(["username"]):
        if process.info["username"] == alice.name:
            for address, port in listening(process.pid):
                host = address_of.get(process.environ().get("SLURMD_NODENAME", ""), "10.77.0.1")
                seen.add((host if address in ("0.0.0.0", "::") else address, port))
    return sorted(seen)


def test_every_listening_socket_is_shut_to_another_user(cluster, alice, bob):
    """Plain TCP, HTTP, Dask, TLS with no and with a self-made certificate: from the login node and a job."""
    doors = doors_of(alice)

    assert len(doors) >= 6  # scheduler, agents' line, four workers

    from_login = bob.python(ATTACK, json.dumps(doors), timeout=90)
    assert json.loads(from_login.stdout) == [], from_login.stderr

    script = bob.write("attack.py", ATTACK)
    from_job = bob.run(["srun", "-n1", "python", str(script), json.dumps(doors)], timeout=90)
    assert json.loads(from_job.stdout) == [], from_job.stderr


def test_the_attack_would_notice_an_open_door(bob, as_root):
    """The same attack against a scheduler without TLS opens it: the test above can fail."""
    import subprocess
    import sys

    code = (
        "import asyncio, distributed\n"
        "async def main():\n"
        "    async with distributed.Scheduler(host='tcp://10.77.0.1:0', dashboard=False) as s:\n"
        "        print(s.port, flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as open_door:
        try:
            port = int(open_door.stdout.readline())
            found = bob.python(ATTACK, json.dumps([["10.77.0.1", port]]), timeout=60)
        finally:
            open_door.kill()

    assert "tcp client" in [name for _, _, name, _ in json.loads(found.stdout)]


def test_files_sockets_and_registry_are_private(cluster, alice, bob):
    """Bob cannot list, read or connect to anything of alice's cluster, even with her folder passable."""
    _, known = cluster
    alice.home.chmod(0o711)  # her own choice; our files must not rely on it
    try:
        state = alice.home / ".local/state/funicular"
        listed = alice.run(["find", str(state), "-type", "f"], check=True).stdout.split()

        assert any(path.endswith("cluster.json") for path in listed)
        assert any(path.endswith("agent.json") for path in listed)

        for path in listed:
            assert bob.run(["cat", path]).returncode != 0, path
        assert bob.run(["ls", str(state)]).returncode != 0
        reach = bob.python(
            f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({known['socket']!r}); print('in')"
        )
        assert "in" not in reach.stdout
    finally:
        alice.home.chmod(0o700)


def test_no_key_on_command_lines_or_in_the_stored_job(cluster, slurm_site, alice, bob):
    """``ps``, the job's script and environment in accounting, and scontrol show no secret."""
    _, known = cluster
    agent = json.loads(
        alice.run(["cat", f".local/state/funicular/clusters/{known['name']}/agent.json"]).stdout
    )
    secret = agent["credentials"]["key"].splitlines()[1]
    shown = bob.run(["ps", "auxwwwe"]).stdout
    for command in (
        ["scontrol", "show", "job", known["job"]],
        ["sacct", "-j", known["job"], "--batch-script"],
        ["sacct", "-j", known["job"], "--env-vars"],
    ):
        shown += alice.run(command).stdout

    assert "funicular.clusters.node" in shown  # we do look at the right things
    assert secret not in shown
    assert "PRIVATE KEY" not in shown


TOKENS = {"JUPYTERHUB_API_TOKEN": "hush-of-the-hub-8f41", "MY_DATABASE_PASSWORD": "hush-of-the-user-c7a2"}
LEDGER = """
import funicular
funicular.map(abs, range(-20, 0), resume="hushed")
answer(str(session.client().submit(os.environ.get, "MY_DATABASE_PASSWORD").result()))
"""


def secrets_of(alice, name):
    """A line of each private key of the cluster, and the tokens in her notebook's environment."""
    found = set(TOKENS.values())
    for file in ("agent.json", "cluster.json"):
        text = alice.run(["cat", f".local/state/funicular/clusters/{name}/{file}"], check=True).stdout
        found.add(json.loads(text)["credentials"]["key"].splitlines()[1])
    return found


def test_records_of_the_scheduler_show_another_user_no_secret(notebook, as_root, alice, bob):
    """All that accounting and the scheduler tell bob, and alice herself, about her jobs, of all fields."""
    book = notebook(env=TOKENS)
    known = book.cell(UP)
    hushed = secrets_of(alice, known["name"])
    assert book.cell(LEDGER) == TOKENS["MY_DATABASE_PASSWORD"]  # workers have what is hers
    fields = ",".join(alice.run(["sacct", "--helpformat"], check=True).stdout.split())
    job = known["job"]
    for who in (bob, alice):
        shown = {
            command[0] + command[1]: who.run(command).stdout
            for command in (
                ["sacct", "--allusers", "--parsable2", f"--format={fields}", "-j", job],
                ["sacct", "--batch-script", "-j", job],
                ["sacct", "--env-vars", "-j", job],
                ["scontrol", "--details", "show", "job", job],
                ["scontrol", "write", "batch_script", job, "-"],
                ["scontrol", "show", "step", job],
                ["squeue", "--all", "--format=%all"],
                ["sstat", "--allsteps", "--parsable2", "-j", job],
                *([["ps", "auxwwwe"]] if who is bob else []),  # she may see her own processes
            )
        }
        everything = "\n".join(shown.values())

        assert job in everything  # we do look at the right things
        assert [secret for secret in hushed if secret in everything] == []
        assert "PRIVATE KEY" not in everything
        if who is bob:
            assert "SBATCH" not in shown["scontrolwrite"] and "funicular" not in shown["scontrolwrite"]


def test_logs_hold_no_secret_and_nobody_else_reads_them(notebook, as_root, alice, bob):
    """Logs, obituaries, ledger and stored results are hers alone; no key and no token is in any of them."""
    book = notebook(env=TOKENS)
    known = book.cell(UP)
    hushed = secrets_of(alice, known["name"])
    book.cell(LEDGER)
    book.cell("""
        from funicular.clusters import graveyard
        doomed = session.client().submit(os._exit, 3)
        while not graveyard.read(session.name):
            time.sleep(0.1)
        answer(1)
    """)
    state = alice.home / ".local/state/funicular"
    files = alice.run(["find", str(state), "-type", "f"], check=True).stdout.split()
    open_to_others = alice.run(["find", str(state), "-perm", "/077"], check=True).stdout.split()
    kinds = {"controller.log", "b1.log", "results", f"{known['name']}-obituaries.jsonl"}

    assert open_to_others == []
    assert kinds <= {path.rsplit("/", 1)[1] for path in files}
    assert any("/ledger/" in path for path in files)
    alice.home.chmod(0o711)
    try:
        for path in files:
            assert bob.run(["cat", path]).returncode != 0, path
    finally:
        alice.home.chmod(0o700)
    for path in files:
        if path.rsplit("/", 1)[1] not in ("agent.json", "cluster.json", "launch.json"):
            text = alice.run(["cat", path], errors="replace").stdout
            assert [secret for secret in hushed if secret in text] == [], path


def test_what_lies_in_shared_folders_holds_no_secret(notebook, as_root, alice):
    """Scratch of the nodes, sockets and locks in /tmp, /var/tmp and /dev/shm: none of it can others read."""
    book = notebook(env=TOKENS)
    known = book.cell(UP)
    hushed = [secret.encode() for secret in secrets_of(alice, known["name"])]
    book.cell(LEDGER)
    seen, readable = 0, []
    user = pwd.getpwnam(alice.name).pw_uid
    for top in ("/tmp", "/var/tmp", "/dev/shm"):
        for folder, names, files in os.walk(top):
            if os.stat(folder).st_uid == user and not os.stat(folder).st_mode & 0o005:
                seen += 1
                names.clear()  # others cannot even enter
                continue
            for file in files:
                found = os.lstat(os.path.join(folder, file))
                if found.st_uid == user and stat.S_ISREG(found.st_mode) and found.st_mode & 0o004:
                    readable.append(os.path.join(folder, file))

    assert seen  # there is something of hers
    for path in readable:
        with contextlib.suppress(OSError), open(path, "rb") as file:
            text = file.read()
            assert [secret for secret in hushed if secret in text] == [], path


def test_another_user_cannot_stop_the_block(cluster, alice, bob):
    """scancel and kill by bob change nothing."""
    book, known = cluster
    bob.run(["scancel", known["job"]])
    bob.run(["kill", "-9", str(known["pid"])])

    assert book.cell("answer(session.client().submit(sum, [1, 2]).result(timeout=20))") == 3
