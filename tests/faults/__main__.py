"""Play all drills several times and write down what was measured: ``python -m tests.faults [--repeat N]``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.machine import look
from tests.bench.place import Missing, at_the_site
from tests.faults import figures

PAGE = Path(__file__).parents[2] / "docs/evidence/drills.md"
TEXT = """# Drills: whatever dies, the result is right or the error says why

Written by `{command}`; do not edit. Real Slurm, real processes, as an ordinary user; {repeat} turns of
each drill, up to {at_once} at once on one machine, so the figures are those of a busy one.

*Detected*: from the fault to its obituary or error (for memory and spill: from the start of the work; for the
frozen slurmctld: to when a wish said so, after the work was done). *Whole again*: to all workers being there
again, or to the end of the work where nothing is replaced. *No job left*: from the end of the notebook, or
from when slurmctld answered again (stopped for {frozen:.0f} s longer in the first turn, else for some 20 s).
What each drill asserts (the result equals the serial one, the obituary names the cause, nothing is left)
stands in `tests/faults/`.

{table}

All turns passed: {passed}.

{machine}
"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="turns of each drill (default 5)")
    parser.add_argument(
        "--frozen",
        type=float,
        default=120,
        metavar="S",
        help="how long slurmctld is stopped in the first turn",
    )
    parser.add_argument("--at-once", type=int, default=4, metavar="N", help="drills side by side (default 4)")
    options, more = parser.parse_known_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "figures"
        kept.touch()
        settings = {
            "FUNICULAR_DRILL_REPEAT": str(options.repeat),
            "FUNICULAR_DRILL_AT_ONCE": str(options.at_once),
            "FUNICULAR_DRILL_FROZEN_S": str(options.frozen),
            figures.WHERE: str(kept),
        }
        here = str(Path(__file__).parent)
        command = [sys.executable, "-m", "pytest", "-o", "faulthandler_timeout=0", here, *more]
        played = subprocess.run(command, env=os.environ | settings)
        found = figures.read(kept)
    if not found:
        return played.returncode or 1
    try:
        with at_the_site() as place:
            machine = look(place).in_words
    except Missing as error:
        machine = str(error)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(
        TEXT.format(
            command=f"make drill DRILL_ARGS='--repeat {options.repeat}'",
            repeat=options.repeat,
            frozen=options.frozen,
            at_once=options.at_once,
            table=figures.table(found),
            passed="yes" if played.returncode == 0 else "**no**",
            machine=machine.replace("\n", "  \n"),
        ),
        encoding="utf-8",
    )
    print(f"{PAGE}:\n{figures.table(found)}")
    return played.returncode


if __name__ == "__main__":
    sys.exit(main())
