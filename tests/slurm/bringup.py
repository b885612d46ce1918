"""The steps that bring a real Slurm up on this machine, and take it down again.

As root: munge, MariaDB, slurmdbd, slurmctld and one slurmd a node, each node in its own network, UTS, PID
and mount namespace. Otherwise: munge, slurmctld and the slurmds as the calling user on plain ports.
Every daemon is written to the site's JSON file as soon as it runs, so a crashed run can be cleaned up.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.slurm import conf, daemons, network, users
from tests.slurm.daemons import Daemon
from tests.slurm.layout import GPUS, Layout, Node


class BringUpFailed(RuntimeError):
    """A step of the bring-up failed; the message holds the last lines of its log."""


def read_state(layout: Layout) -> dict[str, Daemon]:
    """The daemons of the last bring-up by name, alive or not."""
    try:
        rows = json.loads(layout.state_file.read_text())["daemons"]
    except (OSError, ValueError, KeyError):
        return {}
    return {row["name"]: Daemon(**row) for row in rows}


def node_count(root: Path) -> int | None:
    """How many nodes the site in ``root`` was made with."""
    try:
        return len(json.loads((root / "site.json").read_text())["nodes"])
    except (OSError, ValueError, KeyError):
        return None


def is_up(layout: Layout) -> bool:
    """All daemons run and the controller answers."""
    found = read_state(layout)
    wanted = {"slurmctld", *(node.name for node in layout.nodes)}
    everything_runs = wanted <= set(found) and all(daemons.is_alive(one) for one in found.values())
    return everything_runs and controller_answers(layout)


def controller_answers(layout: Layout) -> bool:
    """slurmctld runs and says so."""
    controller = read_state(layout).get("slurmctld")
    if controller is None or not daemons.is_alive(controller):
        return False
    try:
        return "UP" in slurm(layout, "scontrol", "ping", check=False).stdout
    except subprocess.TimeoutExpired:
        return False


def start_dead_nodes(layout: Layout) -> None:
    """Start those nodes whose slurmd does not run, and wait for them."""
    found = read_state(layout)
    for node in layout.nodes:
        if node.name not in found or not daemons.is_alive(found[node.name]):
            start_node(layout, node)
    daemons.until(lambda: "down" not in slurm(layout, "sinfo", "-h", "-o", "%t", check=False).stdout, 20)


def slurm(layout: Layout, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one of Slurm's commands against the site as the calling user, 20 s at most."""
    env = {"PATH": os.defpath + ":/usr/sbin", "SLURM_CONF": str(layout.conf), "LC_ALL": "C"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=20, check=False)
    if check and done.returncode:
        raise BringUpFailed(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done


# --- up


def bring_up(layout: Layout) -> None:
    """Start everything from nothing; returns when all nodes are idle."""
    _check_ports(layout)
    write_files(layout)
    running: dict[str, Daemon] = {}

    def begin(name: str, command: Sequence[str], user: str | None = None, **env: str) -> Daemon:
        running[name] = daemons.start(name, command, log=layout.log / f"{name}.out", user=user, env=env)
        _save(layout, running)
        return running[name]

    if layout.as_root:
        begin("mariadb", database_command(layout), "mysql")
        users.ensure(layout)
        network.build(layout)
    begin("munged", munged_command(layout), "munge" if layout.as_root else None)
    _wait(layout, "munged", layout.munge_socket.exists)
    if layout.as_root:
        _wait(layout, "mariadb", lambda: network.listening(layout.database_port))
        begin("slurmdbd", ["slurmdbd", "-D"], layout.slurm_user, SLURM_CONF=str(layout.conf))
        _wait(layout, "slurmdbd", lambda: network.listening(layout.accounting_port))
        for arguments in conf.accounting_commands():
            slurm(layout, "sacctmgr", "-i", *arguments)
    begin("slurmctld", ["slurmctld", "-D", "-f", str(layout.conf)], layout.slurm_user)
    _wait(layout, "slurmctld", lambda: network.listening(layout.controller_port))
    for node in layout.nodes:
        begin(node.name, node_command(layout, node))
    _wait(layout, "slurmctld", lambda: idle_nodes(layout) == len(layout.nodes))


def node_command(layout: Layout, node: Node) -> list[str]:
    """The command that is one node: slurmd, in namespaces of its own where the site has them.

    A small shell is the namespace's first process: it reaps orphans, and killing it is a node's crash.
    (``ip netns exec`` would not do: it remounts /sys, and slurmd wants to see its cgroup folder.)
    """
    slurmd = f"slurmd -D -N {node.name} -f {layout.conf}"
    if not layout.as_root:
        return slurmd.split()
    script = f"""
hostname {node.hostname}
mount --bind {layout.root}/etc/hosts /etc/hosts
mount --bind {layout.root}/etc/resolv.conf /etc/resolv.conf
trap 'kill -TERM $slurmd' TERM
{slurmd} & slurmd=$!
wait $slurmd
wait $slurmd
"""
    enter = ["nsenter", f"--net=/run/netns/{node.namespace}", "unshare", "--uts", "--pid", "--mount"]
    return [*enter, "--fork", "--kill-child", "--mount-proc", "bash", "-c", script]


def start_node(layout: Layout, node: Node) -> None:
    """Start one node's slurmd (again) and write it down."""
    log = layout.log / f"{node.name}.out"
    _save(
        layout,
        read_state(layout) | {node.name: daemons.start(node.name, node_command(layout, node), log=log)},
    )


def _check_ports(layout: Layout) -> None:
    ports = [layout.controller_port]
    ports += [layout.accounting_port, layout.database_port] if layout.as_root else []
    ports += [] if layout.as_root else [node.port for node in layout.nodes]
    taken = [port for port in ports if network.listening(port)]
    if taken:
        raise BringUpFailed(f"port {', '.join(map(str, taken))} is in use by something that is not this site")


def write_files(layout: Layout) -> None:
    """The site's folders, configuration, keys and device files; what was there is removed."""
    shutil.rmtree(layout.root, ignore_errors=True)
    layout.root.mkdir(mode=0o755, parents=True)
    layout.root.chmod(0o755)
    for name in ("etc", "log", "run", "state", "spool", "munge", "munge/run", "munge/etc", "home"):
        (layout.root / name).mkdir(mode=0o755)
    layout.conf.write_text(conf.slurm_conf(layout))
    (layout.root / "etc/gres.conf").write_text(conf.gres_conf(layout))
    (layout.root / "etc/hosts").write_text(conf.hosts_file(layout))
    (layout.root / "etc/resolv.conf").write_text("# no name server: an unknown name fails at once\n")
    key = layout.root / "munge/etc/munge.key"
    _write_private(key, secrets.token_bytes(1024))
    (layout.root / "munge/etc").chmod(0o700)
    if not layout.as_root:
        (layout.homes / layout.slurm_user).mkdir(mode=0o700)
        return
    password = secrets.token_hex(16)
    _write_private(layout.root / "etc/slurmdbd.conf", conf.slurmdbd_conf(layout, password).encode())
    database = layout.root / "database"
    database.mkdir(mode=0o700)
    _write_private(database / "setup.sql", conf.database_setup(password).encode())
    owned = {
        layout.slurm_user: ["etc/slurmdbd.conf", "state", "run"],
        "munge": ["munge/run", "munge/etc"],
        "mysql": ["database"],
    }
    for user, names in owned.items():
        _command("chown", "-R", f"{user}:", *(str(layout.root / name) for name in names))
    _command("chown", f"{layout.slurm_user}:", str(layout.log))
    layout.log.chmod(0o777)  # three users write logs here, nothing secret is in them
    (layout.root / "fakedev").mkdir(mode=0o755)
    for i in range(GPUS):
        make_device(layout.root / f"fakedev/gpu{i}")


def make_device(path: Path) -> None:
    """A clone of /dev/null, which stands for a GPU, if it is not there."""
    if not path.exists():
        os.mknod(path, 0o666 | 0o020000, os.makedev(1, 3))
        path.chmod(0o666)


def database_command(layout: Layout) -> list[str]:
    """The database server, with a new database."""
    place = layout.root / "database"
    make = ["mariadb-install-db", "--no-defaults", f"--datadir={place}/data", "--skip-test-db"]
    _command(*make, "--auth-root-authentication-method=normal", "--user=mysql")
    return [
        "mariadbd", "--no-defaults", f"--datadir={place}/data", f"--socket={place}/sock",
        f"--pid-file={place}/pid", f"--port={layout.database_port}", "--bind-address=127.0.0.1",
        f"--init-file={place}/setup.sql", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin",
        "--innodb-buffer-pool-size=64M", "--innodb-lock-wait-timeout=900", "--performance-schema=OFF",
    ]  # fmt: skip


def munged_command(layout: Layout) -> list[str]:
    """munged with a key and a socket of its own."""
    place = layout.root / "munge"
    return [
        "munged", "--foreground", "--force", "--num-threads=4", f"--key-file={place}/etc/munge.key",
        f"--socket={layout.munge_socket}", f"--pid-file={place}/run/pid", f"--seed-file={place}/run/seed",
        f"--log-file={place}/run/log",
    ]  # fmt: skip


def idle_nodes(layout: Layout) -> int:
    """How many nodes of the default partition have nothing to do."""
    return slurm(
        layout, "sinfo", "-h", "-N", "-p", "cpu", "-t", "idle", "-o", "%N", check=False
    ).stdout.count("\n")


def _wait(layout: Layout, name: str, condition) -> None:
    """Wait for a daemon's work, 20 s at most; its log's last lines are in the error."""

    def settled() -> bool:
        gone = not daemons.is_alive(read_state(layout)[name])
        return gone or condition()

    if not daemons.until(settled, 20) or not condition():
        logs = [layout.log / f"{name}.out", layout.log / f"{name}.log", layout.root / "munge/run/log"]
        lines = [
            line
            for one in logs
            if one.exists()
            for line in one.read_text(errors="replace").splitlines()[-15:]
        ]
        raise BringUpFailed("\n".join([f"{name} did not come up", *lines]))


def _save(layout: Layout, running: dict[str, Daemon]) -> None:
    text = json.dumps(
        {
            "nodes": [asdict(node) for node in layout.nodes],
            "daemons": [one.as_json() for one in running.values()],
        },
        indent=1,
    )
    draft = layout.state_file.with_suffix(".new")
    draft.write_text(text)
    draft.replace(layout.state_file)


# --- down


def take_down(layout: Layout) -> list[str]:
    """Cancel all jobs, stop our daemons, remove namespaces, users and files; gives problems in words."""
    found = read_state(layout)
    controller = found.get("slurmctld")
    if controller and daemons.is_alive(controller):
        os.kill(controller.pid, signal.SIGCONT)  # a frozen one would survive and keep its port
        _cancel_everything(layout)
    problems = []
    order = sorted(
        found, key=lambda name: {"mariadb": 3, "munged": 4, "slurmdbd": 2, "slurmctld": 1}.get(name, 0)
    )
    for name in order:
        if layout.as_root and name in {node.name for node in layout.nodes}:
            stop_node(found[name])
        daemons.stop(found[name], patience_s=8)
        if daemons.is_alive(found[name]):
            problems.append(f"{name} (pid {found[name].pid}) does not stop")
    if layout.as_root:
        network.remove()
        problems += users.remove()
        if network.listening(layout.controller_port):
            problems.append(f"port {layout.controller_port} is still in use")
    if not problems:
        shutil.rmtree(layout.root, ignore_errors=True)
    return problems


def _cancel_everything(layout: Layout) -> None:
    """Jobs go before the controller: the helpers of orphaned jobs retry a dead controller for ever."""
    try:
        names = ",".join(users.NAMES) if layout.as_root else layout.slurm_user
        slurm(layout, "scancel", "--state=PENDING", f"--user={names}", check=False)
        for name in names.split(","):
            slurm(layout, "scancel", f"--user={name}", check=False)
        daemons.until(lambda: not slurm(layout, "squeue", "-h", check=False).stdout.strip(), 10, step_s=0.2)
    except subprocess.TimeoutExpired:
        return


def stop_node(daemon: Daemon) -> None:
    """End a node's slurmd in order, then whatever still runs in its namespace."""
    for init in daemons.children(daemon.pid):
        daemons.stop(daemons.known("init", init), patience_s=3)


def _write_private(path: Path, text: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)


def _command(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BringUpFailed(f"{' '.join(words)}: {done.stderr.strip()} {done.stdout.strip()}")
