"""A real Slurm on one machine, to develop and test against: ``python -m tests.slurm.site up``.

As root: nodes n1..n4 with their own addresses and hostnames, accounting, three ordinary users.
As an ordinary user: the same nodes on plain ports, jobs run as that user only, no accounting.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pwd
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tests.slurm import bringup, jobenv, users
from tests.slurm.layout import ROOT, Layout, root_layout, rootless_layout

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch")
_turns: set[Path] = set()  # sites that this process has to itself
NEEDED_BY_ROOT = ("slurmdbd", "mariadbd", "mariadb-install-db", "ip", "nsenter", "unshare", "useradd")


def missing_programs() -> list[str]:
    """Programs that the site needs and this machine lacks."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    wanted = (*NEEDED, *(NEEDED_BY_ROOT if os.geteuid() == 0 else ()))
    return [name for name in wanted if shutil.which(name, path=path) is None]


def layout_for(nodes: int | None = None) -> Layout:
    """The layout of the site that this user has or would make."""
    if os.geteuid() == 0:
        return root_layout(nodes or bringup.node_count(ROOT) or 4)
    me = pwd.getpwuid(os.getuid())
    mine = Path(f"{ROOT}-{me.pw_uid}")
    return rootless_layout(me.pw_name, me.pw_uid, nodes or bringup.node_count(mine) or 4)


def up(nodes: int | None = None, *, tell=print, has_turn: bool = False) -> tuple[Layout, bool]:
    """Bring the site up if it is not; gives its layout and whether this call started it.

    A node that crashed is started again. has_turn: the caller holds ``turn`` already.
    """
    missing = missing_programs()
    if missing:
        raise bringup.BringUpFailed(
            f"not installed: {', '.join(missing)} (apt-get install $(cat tests/system-packages.txt))"
        )
    layout = layout_for(nodes)
    started = False
    if not bringup.is_up(layout):
        with nullcontext() if has_turn else turn(layout, tell=tell), _locked(layout.root):
            started = not bringup.is_up(layout) and _start(layout, tell)
    if layout.as_root:
        with _locked(layout.root):
            jobenv.refresh_code(layout.root, jobenv.ensure_environment(tell=tell))
    return layout, started


def _start(layout: Layout, tell) -> bool:
    """Start what does not run; true if that was all of it."""
    if bringup.controller_answers(layout) and bringup.node_count(layout.root) == len(layout.nodes):
        bringup.start_dead_nodes(layout)
        if bringup.is_up(layout):
            return False
    _clean_remains(layout)
    began = time.monotonic()
    bringup.bring_up(layout)
    tell(f"Slurm is up: {len(layout.nodes)} nodes, {time.monotonic() - began:.1f} s")
    return True


def down(*, tell=print, has_turn: bool = False) -> list[str]:
    """Take the site down; gives what could not be removed."""
    layout = layout_for()
    with nullcontext() if has_turn else turn(layout, tell=tell), _locked(layout.root):
        problems = bringup.take_down(layout)
    tell("\n".join(problems) if problems else "Slurm is down, nothing of it is left")
    return problems


@contextmanager
def turn(layout: Layout, *, tell=print, patience_s: float = 900) -> Iterator[None]:
    """The site for oneself: test sessions, bring-up, teardown and recording wait for each other.

    A process that has its turn already keeps it: two folders of tests may each want the site.
    """
    if layout.root in _turns:
        yield
        return
    with open(f"{layout.root}.session.lock", "w") as lock:
        end = time.monotonic() + patience_s
        waiting = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise bringup.BringUpFailed(
                        f"a test session has used the Slurm site for {patience_s:.0f} s"
                    ) from None
                if not waiting:
                    tell("waiting: a test session is using the Slurm site")
                waiting = True
                time.sleep(0.3)
        _turns.add(layout.root)
        try:
            yield
        finally:
            _turns.discard(layout.root)


def environment(layout: Layout, user: str) -> dict[str, str]:
    """The clean environment of a login as ``user``."""
    entry = pwd.getpwnam(user)
    path = "/usr/local/bin:/usr/bin:/bin"
    if layout.as_root:
        path = f"{jobenv.ensure_environment()}/bin:{path}"
    return {
        "HOME": entry.pw_dir,
        "USER": user,
        "LOGNAME": user,
        "SHELL": "/bin/bash",
        "PATH": path,
        "LANG": "C.UTF-8",
        "SLURM_CONF": str(layout.conf),
    }


def usage(layout: Layout) -> str:
    """How to use the site, to be shown after ``up``."""
    lines = [
        f"export SLURM_CONF={layout.conf}      # then sinfo, squeue, sbatch ... work",
        f"partitions: cpu (default, {len(layout.nodes)} nodes), debug (5 min at most), gpu (the last node)",
    ]
    if layout.as_root:
        lines += [
            "users: funalice (account physics), funbob (account bio), funcarol (no account)",
            f"login node {layout.head_address}; nodes "
            + ", ".join(f"{node.name} {node.address}" for node in layout.nodes),
            "python -m tests.slurm.site shell --as funalice [-- command ...]",
        ]
    return "\n".join(lines)


def enter(layout: Layout, user: str, command: list[str]) -> None:
    """Become ``user`` and run ``command``, or a shell. Does not return."""
    env = environment(layout, user)
    entry = pwd.getpwnam(user)
    if os.geteuid() == 0:
        os.initgroups(user, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    elif entry.pw_uid != os.geteuid():
        raise SystemExit(f"only root can become {user}")
    os.umask(0o022)
    os.chdir(entry.pw_dir)
    env["TERM"] = os.environ.get("TERM", "dumb")
    env["PS1"] = f"[{user}@slurm \\w]$ "
    command = command or ["/bin/bash", "--norc", "-i"]
    os.execvpe(command[0], command, env)


def _clean_remains(layout: Layout) -> None:
    """What a crashed run left behind: its nodes may be other ones than ours, so ask its own file."""
    count = bringup.node_count(layout.root)
    problems = bringup.take_down(layout_for(count))
    if problems:
        raise bringup.BringUpFailed("an earlier site cannot be removed: " + "; ".join(problems))


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """One bring-up or teardown at a time."""
    with open(f"{root}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.slurm.site", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up", help="start it (quick if it is up)").add_argument("--nodes", type=int)
    verbs.add_parser("down", help="cancel its jobs, stop it, remove all traces")
    verbs.add_parser("status", help="is it up, and how to use it")
    shell = verbs.add_parser("shell", help="a shell, or one command, as one of its users")
    shell.add_argument("--as", dest="user", default=None, choices=users.NAMES)
    shell.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if options.verb == "down":
        return 1 if down() else 0
    if options.verb == "up":
        try:
            layout, _ = up(options.nodes)
        except bringup.BringUpFailed as error:
            print(error, file=sys.stderr)
            return 1
        print(usage(layout))
        return 0
    layout = layout_for()
    is_up = bringup.is_up(layout)
    if not is_up:
        print("Slurm is down: python -m tests.slurm.site up", file=sys.stderr)
        return 1
    if options.verb == "status":
        print(usage(layout))
        return 0
    user = options.user or ("funalice" if layout.as_root else layout.slurm_user)
    enter(layout, user, [word for word in options.command if word != "--"])
    raise AssertionError(shlex.join(options.command))


if __name__ == "__main__":
    sys.exit(main())
