"""The site's three ordinary users: made by us, marked as ours, and only then removed."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
from pathlib import Path

from tests.slurm.layout import Layout

NAMES = ("funalice", "funbob", "funcarol")
MARK = "funicular test user"


def ensure(layout: Layout) -> None:
    """Make the users that are missing, each with a private home below the site's folder."""
    for name in NAMES:
        home = layout.homes / name
        if not _is_ours(name):
            _run(
                "useradd",
                "--comment",
                MARK,
                "--home-dir",
                str(home),
                "--shell",
                "/bin/bash",
                "-M",
                "-U",
                name,
            )
        entry = pwd.getpwnam(name)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _chown_tree(home, entry.pw_uid, entry.pw_gid)
        home.chmod(0o700)


def remove() -> list[str]:
    """End what still runs as our users and delete them; gives what went wrong, in words."""
    problems = []
    for name in NAMES:
        if _is_ours(name):
            _end_processes(pwd.getpwnam(name).pw_uid)
            # --force: a zombie that nobody reaps still counts as a process of the user
            done = subprocess.run(["userdel", "--force", name], capture_output=True, text=True, check=False)
            if _is_ours(name):
                problems.append(f"userdel {name}: {done.stderr.strip()}")
    return problems


def _end_processes(uid: int) -> None:
    """Kill every process of this user, whom we made: nothing of theirs outlives the site."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == uid:
                os.kill(int(folder.name), signal.SIGKILL)


def _is_ours(name: str) -> bool:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return False
    if entry.pw_gecos != MARK:
        raise RuntimeError(f"a user {name} exists on this machine and was not made by these tests")
    return True


def _chown_tree(top: Path, uid: int, gid: int) -> None:
    _run("chown", "-R", f"{uid}:{gid}", str(top))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
