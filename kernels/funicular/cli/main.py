"""The ``funicular`` command: finds its subcommands, runs one, says errors in three lines.

A subcommand is a module here with ``SUMMARY``, ``configure(parser)`` and ``run(options) -> exit code``.
Exit codes: 0 done, 1 it could not be done (the reason is on stderr), 2 the command line cannot be read.
"""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from funicular import cli
from funicular.errors import FunicularError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    parser = make_parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and not getattr(options, "passes_on", False):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except FunicularError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped by Ctrl-C.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        print(_our_mistake(traceback.format_exc()), file=sys.stderr)
    return 1


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="funicular", description="Notebooks that scale out onto a supercomputer's compute nodes."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say the version and exit")
    subcommands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, module in commands().items():
        sub = subcommands.add_parser(
            name, help=module.SUMMARY, description=module.SUMMARY, allow_abbrev=False
        )
        sub.set_defaults(run=module.run)
        module.configure(sub)
    return parser


def commands() -> dict[str, ModuleType]:
    """All subcommands by name: the modules here that have a summary."""
    names = sorted(module.name for module in pkgutil.iter_modules(cli.__path__))
    modules = {
        name: import_module(f"funicular.cli.{name}") for name in names if name not in ("main", "__main__")
    }
    return {name: module for name, module in modules.items() if hasattr(module, "SUMMARY")}


class _Version(argparse.Action):
    """Reads the version only when asked: it takes a while to find."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from funicular.version import __version__

        print(f"funicular {__version__}")
        parser.exit()


class CommandMistake(FunicularError):
    """A mistake of Funicular's own."""

    code = "mistake"


def _our_mistake(text: str) -> CommandMistake:
    """Three lines for the user; the traceback goes into a file of theirs."""
    from funicular.clusters.registry import state_home

    what, why = "Funicular failed at this; the mistake is its own.", text.strip().splitlines()[-1]
    try:
        log = state_home() / "cli.log"
        with open(log, "a", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {' '.join(sys.argv)}\n{text}\n")
        return CommandMistake(what, why=why, next_step=f"Report it with what is at the end of {log}.")
    except (OSError, FunicularError):
        return CommandMistake(what, why=text)
