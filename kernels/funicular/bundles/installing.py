"""Installs into an environment of its own: the options for it, and what they come to."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funicular.bundles.environment import Kernel, check_target, from_bundle, from_index, register
from funicular.bundles.opening import opened
from funicular.bundles.own_wheel import own_wheel

NAME = "funicular"
DISPLAY_NAME = "Python 3 (Funicular)"
USUAL_FOLDER = "~/envs"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One installation.   bundle: ``None``: from the package index.   wheel: Funicular's own, if named.

    python: what a new environment is made with.   kernel: ``None``: it is not offered as one.
    """

    bundle: Path | None
    folder: Path
    python: str
    extras: tuple[str, ...]
    wheel: Path | None
    kernel: Kernel | None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where from, where to, and with which Python."""
    parser.add_argument(
        "--from",
        dest="bundle",
        metavar="BUNDLE",
        help="a bundle, folder or .tar: install from it without a network",
    )
    parser.add_argument(
        "--environment",
        metavar="DIR",
        help=f"make or update this environment (with --from: {USUAL_FOLDER}/NAME)",
    )
    parser.add_argument(
        "--python",
        metavar="PROGRAM",
        help="the Python that a new environment is made with (default: this one)",
    )
    parser.add_argument(
        "--extras", help="extras of Funicular, comma between (default: lab; a bundle has its own)"
    )
    parser.add_argument(
        "--wheel", metavar="FILE", help="Funicular's own wheel (default: one of what runs now)"
    )
    parser.add_argument("--no-kernel", action="store_true", help="only the environment, no kernel")


def add_kernel_options(parser: argparse.ArgumentParser) -> None:
    """Where the kernel is offered, and what it is called."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--user", action="store_true", help="for you, in every Jupyter (default)")
    place.add_argument("--sys-prefix", action="store_true", help="in this Python environment")
    place.add_argument("--prefix", help="below this folder")
    parser.add_argument("--name", default=NAME, help=f"its short name (default: {NAME})")
    parser.add_argument("--display-name", default=DISPLAY_NAME, help="what people see")


def is_wanted(options: argparse.Namespace) -> bool:
    """Whether an environment is to be made, not only a kernel of this one."""
    return bool(options.bundle or options.environment)


def wanted(options: argparse.Namespace) -> Wanted:
    """The installation that the options describe; paths are absolute."""
    where = (
        ["--sys-prefix"]
        if options.sys_prefix
        else ["--prefix", _path(options.prefix)]
        if options.prefix
        else []
    )
    kernel = Kernel(options.name, options.display_name, tuple(map(str, where)))
    return Wanted(
        bundle=_path(options.bundle) if options.bundle else None,
        folder=_path(options.environment or f"{USUAL_FOLDER}/{options.name}"),
        python=options.python or sys.executable,
        extras=extras("lab" if options.extras is None else options.extras),
        wheel=_path(options.wheel) if options.wheel else None,
        kernel=None if options.no_kernel else kernel,
    )


def extras(text: str) -> tuple[str, ...]:
    """The names between commas."""
    return tuple(sorted({each.strip() for each in text.split(",") if each.strip()}))


def install(wish: Wanted, tell: Callable[[str], None]) -> dict[str, Any]:
    """Do it; gives what was done, for programs. Raises what goes wrong; then no new environment is left."""
    if wish.bundle is not None:
        with opened(wish.bundle, tell=tell, may_use=lambda it: check_target(it, wish.python)) as bundle:
            is_new = from_bundle(bundle, wish.folder, wish.python, tell)
    else:
        with tempfile.TemporaryDirectory(prefix="funicular-wheel-") as private:
            wheel = own_wheel(Path(private), wish.wheel)
            is_new = from_index(wheel, wish.extras, wish.folder, wish.python, tell)
    done: dict[str, Any] = {"environment": str(wish.folder), "is_new": is_new, "kernel": None}
    if wish.kernel is not None:
        tell("Registering the kernel.")
        done["kernel"] = register(wish.folder, wish.kernel)
    return done


def in_words(done: dict[str, Any]) -> str:
    """The same for people."""
    what = f"{'Made' if done['is_new'] else 'Updated'} the environment {done['environment']}."
    kernel = done["kernel"]
    return what + (f"\nInstalled its kernel as {kernel['name']} in {kernel['folder']}." if kernel else "")


def write_result(path: Path, done: dict[str, Any]) -> None:
    """Write it down whole, for whoever waits for this file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(done), encoding="utf-8")
    os.replace(draft, path)


def _path(text: str) -> Path:
    return Path(os.path.abspath(os.path.expanduser(text)))
