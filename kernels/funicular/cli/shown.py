"""What commands print: aligned tables for people, JSON for programs, and a question before harm."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from funicular.messages import to_json


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def add_yes(parser: argparse.ArgumentParser) -> None:
    """The option ``--yes``."""
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask first")


def add_site(parser: argparse.ArgumentParser) -> None:
    """The option ``--site``."""
    parser.add_argument("--site", help="auto, local or slurm (by default $FUNICULAR_SITE, else auto)")


def site_setting(options: argparse.Namespace) -> str:
    """What ``--site`` or the environment says, else ``auto``."""
    return str(options.site or os.environ.get("FUNICULAR_SITE") or "auto")


def print_json(value: Any) -> None:
    """The value on one or several lines of JSON."""
    print(json.dumps(to_json(value), indent=2, ensure_ascii=False))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows under their heads, columns aligned, numbers to the right; empty cells are a dash."""
    cells = [[_cell(each) for each in row] for row in rows]
    widths = [max(len(row[n]) for row in [list(head), *cells]) for n in range(len(head))]
    right = [bool(rows) and all(isinstance(row[n], int | float) for row in rows) for n in range(len(head))]
    lines = [
        "  ".join(
            text.rjust(width) if is_right else text.ljust(width)
            for text, width, is_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in [list(head), *cells]
    ]
    return "\n".join(lines)


def agrees(question: str, *, yes: bool) -> bool:
    """Whether the user agrees. Without a terminal to ask at, only ``--yes`` counts."""
    if yes:
        return True
    if not sys.stdin.isatty():
        print(f"{question} Nobody can be asked here; say --yes.", file=sys.stderr)
        return False
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "-" if value is None or value == "" else str(value)
