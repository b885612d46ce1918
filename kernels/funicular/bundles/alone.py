"""The installer that a bundle's ``install.py`` starts: runs from a wheel, with the standard library alone."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from funicular.bundles.installing import (
    add_kernel_options,
    add_options,
    in_words,
    install,
    wanted,
    write_result,
)
from funicular.errors import FunicularError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="install.py", description="make a Python environment and offer it as a notebook kernel"
    )
    add_options(parser)
    add_kernel_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)  # for whoever waits for the job
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)  # a job that is ended leaves nothing half made
    try:
        done = install(wanted(options), tell)
        if options.result:
            write_result(options.result, done)
    except FunicularError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    print(json.dumps(done) if options.json else in_words(done))
    return 0


def tell(text: str) -> None:
    """A line of progress, at once and away from what is printed for programs."""
    print(text, file=sys.stderr, flush=True)


def _interrupt(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt
