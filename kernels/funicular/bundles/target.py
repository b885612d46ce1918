"""For which Python and processor a bundle is made, and how pip and environment markers are told. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from funicular.errors import FunicularError

MACHINES = ("x86_64", "aarch64")
OLDEST_PYTHON = (3, 11)
USUAL_GLIBC = "2.28"  # of Red Hat 8, the oldest system of the known sites
OLDEST_MANYLINUX = 17  # PEP 599: what manylinux2014 means, the oldest that packages are still built for
_LEGACY = {17: ("manylinux2014",), 12: ("manylinux2010",), 5: ("manylinux1",)}  # PEP 600
_OLDER_ON_X86 = (12, 5)


class BundleImpossible(FunicularError):
    """A bundle was asked for that cannot be."""

    code = "bundle-impossible"
    status = 400


@dataclass(frozen=True, slots=True)
class Target:
    """A machine to install on.   python, glibc: as ``"3.12"``.   machine: as ``uname -m`` says it."""

    python: str
    machine: str
    glibc: str = USUAL_GLIBC

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags that its wheels may have, the newest first."""
        newest = int(self.glibc.partition(".")[2])
        minors = [*range(newest, OLDEST_MANYLINUX - 1, -1)]
        minors += _OLDER_ON_X86 if self.machine == "x86_64" else ()
        tags = [tag for minor in minors for tag in (f"manylinux_2_{minor}", *_LEGACY.get(minor, ()))]
        return tuple(f"{tag}_{self.machine}" for tag in tags)

    @property
    def pip_options(self) -> list[str]:
        """How pip is told to choose wheels for it, and nothing that would have to be built."""
        options = [f"--platform={tag}" for tag in self.platforms]
        return [*options, f"--python-version={self.python}", "--implementation=cp", "--only-binary=:all:"]

    @property
    def markers(self) -> dict[str, str]:
        """What its environment markers are (PEP 508); pip itself asks the Python that it runs in."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }


def target(python: str, machine: str, glibc: str) -> Target:
    """The machine that these words name. Raises ``BundleImpossible`` with everything that is wrong."""
    wrong = []
    version = re.fullmatch(r"(3)\.([0-9]{1,2})", python)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        wrong.append(f"Python {python}: it must be {oldest} or later, written like {oldest}")
    if machine not in MACHINES:
        wrong.append(f"machine {machine}: known are {', '.join(MACHINES)}")
    libc = re.fullmatch(r"2\.([0-9]{2})", glibc)
    if libc is None or int(libc[1]) < OLDEST_MANYLINUX:
        wrong.append(f"glibc {glibc}: it must be 2.{OLDEST_MANYLINUX} or later (ldd --version says it)")
    if wrong:
        raise BundleImpossible(
            "There is no bundle for such a machine.",
            why="\n".join(wrong),
            next_step="On the machine itself, python3 --version and uname -m say what to write.",
        )
    return Target(python, machine, glibc)


def misfits(wanted: Target, here: Target) -> list[str]:
    """Why what was made for ``wanted`` cannot be used on ``here``; empty when it can."""
    found = []
    if wanted.machine != here.machine:
        found.append(f"it is for {wanted.machine} processors, this machine has {here.machine}")
    if wanted.python != here.python:
        found.append(f"it is for Python {wanted.python}, this is Python {here.python}")
    if here.glibc and _numbers(here.glibc) < _numbers(wanted.glibc):
        found.append(f"it needs glibc {wanted.glibc} or later, this machine has {here.glibc}")
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split(".")[:2])
