"""``funicular profile``: runs a script or a notebook and says where its time went."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from funicular.errors import FunicularError
from funicular.profiling.page import as_page
from funicular.profiling.session import ProfileSession, as_record, read_record
from funicular.profiling.speedscope import as_speedscope
from funicular.profiling.words import table

SUMMARY = "run a script or a notebook and say where its time went"
EPILOG = """\
Exit code: that of the script (1 when it ended with an error); the profile of what ran until then is
shown all the same. What the script prints stays on standard output; with --format json, html or
speedscope and without --output it goes to standard error.

examples:
  funicular profile analysis.py --year 2025        options behind FILE are the script's
  funicular profile --format html -o p.html analysis.ipynb
  funicular profile --format speedscope -o p.json analysis.py
"""


class NotProfiled(FunicularError):
    """There is nothing to run, or it ended without a profile."""

    code = "not-profiled"
    status = 400


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    formats = ("text", "json", "html", "speedscope")
    parser.add_argument("--format", choices=formats, default="text", help="default: text")
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="--format json")
    parser.add_argument("-o", "--output", metavar="PATH", type=Path, help="write the profile there")
    parser.add_argument("file", metavar="FILE", type=Path, help="a Python script or a notebook (.ipynb)")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="for the script")


def run(options: argparse.Namespace) -> int:
    """Run it, show its profile, pass its exit code on."""
    file: Path = options.file
    if not file.is_file():
        raise NotProfiled(
            f"There is no file {file}.", next_step="Check the path; a script or a notebook it is."
        )
    to_stderr = options.format != "text" and options.output is None
    with tempfile.TemporaryDirectory(prefix="funicular-") as folder:
        out = Path(folder) / "profile.json"
        code = _run(file, options.arguments, out, to_stderr=to_stderr)
        if not out.exists():
            raise NotProfiled(
                f"{file} ended without a profile.",
                why=f"it was killed by signal {-code}" if code < 0 else f"its exit code is {code}",
                next_step="Its last output is above. What a killed process measured is lost.",
            )
        session = read_record(json.loads(out.read_text(encoding="utf-8")))
    text = rendered(session, options.format)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return code


def rendered(session: ProfileSession, form: str) -> str:
    """The profile as asked for."""
    match form:
        case "json":
            return json.dumps(as_record(session), indent=2) + "\n"
        case "html":
            return as_page(session)
        case "speedscope":
            return json.dumps(as_speedscope(session)) + "\n"
    return f"\n{table(session)}\n"


def _run(file: Path, arguments: list[str], out: Path, *, to_stderr: bool) -> int:
    """In a process of its own; Ctrl-C is its, and it still writes what it measured."""
    kind = "notebook" if file.suffix == ".ipynb" else "script"
    command = [sys.executable, "-m", "funicular.profiling.run", kind, str(out), str(file), *arguments]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(
            command,
            stdout=sys.stderr if to_stderr else None,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
