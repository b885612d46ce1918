"""The site's users as objects: run a command, or a Python script, as one of them."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.slurm import site
from tests.slurm.jobenv import CHECKOUT
from tests.slurm.layout import Layout


@dataclass(frozen=True, slots=True)
class Person:
    """One user of the site, with a clean login environment and a private home."""

    name: str
    layout: Layout

    @property
    def home(self) -> Path:
        return Path(self.environment()["HOME"])

    def environment(self) -> dict[str, str]:
        """What a fresh login of this user has."""
        env = site.environment(self.layout, self.name)
        if not self.layout.as_root:  # jobs run as ourselves, from this checkout, but not in our real home
            env["HOME"] = str(self.layout.homes / self.name)
            env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
            env["PYTHONPATH"] = ":".join(str(CHECKOUT / part) for part in ("kernels", "extension", "spawner"))
        return env

    def start(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        path_first: Path | None = None,
        cwd: Path | None = None,
        **options,
    ) -> subprocess.Popen[str]:
        """A process of this user, leader of a group of its own; the caller ends it."""
        merged = self.environment() | dict(env or {})
        if path_first is not None:
            merged["PATH"] = f"{path_first}:{merged['PATH']}"
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            list(command), env=merged, cwd=cwd or self.home, text=True, start_new_session=True, umask=0o022,
            **self._identity(), **(pipes | options),
        )  # fmt: skip

    def run(
        self,
        command: Sequence[str],
        *,
        input: str | None = None,
        timeout: float = 60,
        check: bool = False,
        **options,
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end. On timeout the whole process group is killed and ``TimeoutExpired`` raised."""
        stdin = subprocess.DEVNULL if input is None else subprocess.PIPE
        with self.start(command, stdin=stdin, **options) as process:
            try:
                out, err = process.communicate(input, timeout=timeout)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        done = subprocess.CompletedProcess(list(command), process.returncode, out, err)
        if check and done.returncode:
            raise AssertionError(f"{self.name}: {command} gave {done.returncode}\n{out}\n{err}")
        return done

    def write(self, name: str, text: str, *, mode: int = 0o644) -> Path:
        """A file of this user's in their home (folders on the way are made)."""
        path = self.home / name
        made = [one for one in (path, *path.parents) if not one.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        if self.layout.as_root:
            entry = pwd.getpwnam(self.name)
            for one in made:
                os.chown(one, entry.pw_uid, entry.pw_gid)
        return path

    def python(self, text: str, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
        """Run this text as a script (a file in the home) with the Python that jobs use."""
        folder = Path(tempfile.mkdtemp(prefix="script-", dir=self.home))
        if self.layout.as_root:
            entry = pwd.getpwnam(self.name)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        script = self.write(f"{folder.name}/script.py", text)
        return self.run(["python", str(script), *arguments], **options)

    def jobs(self) -> list[str]:
        """Ids of this user's jobs that are not over."""
        done = self.run(["squeue", "-h", "-u", self.name, "-o", "%i"], check=True)
        return done.stdout.split()

    def cancel_all(self) -> None:
        """End all jobs of this user."""
        self.run(["scancel", "-u", self.name])

    def _identity(self) -> dict[str, object]:
        if not self.layout.as_root:
            return {}
        entry = pwd.getpwnam(self.name)
        groups = os.getgrouplist(self.name, entry.pw_gid)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}
