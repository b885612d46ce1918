"""Run the benchmarks, print their table: ``python -m tests.bench [NAME...] [--json FILE] [--repeat N]``."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

from tests.bench import benchmarks
from tests.bench.machine import Machine, look
from tests.bench.place import Failed, Missing, at_the_site
from tests.bench.report import Row, table
from tests.slurm.bringup import BringUpFailed


def found() -> dict[str, ModuleType]:
    """Every benchmark by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return {name: importlib.import_module(f"{benchmarks.__name__}.{name}") for name in names}


def main(arguments: list[str] | None = None) -> int:
    known = found()
    told = "\n".join(f"  {name:18} {str(module.__doc__).splitlines()[0]}" for name, module in known.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measures ours beside the peers, on the real Slurm of the tests where one is needed.",
        epilog=f"benchmarks:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all if none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write rows and all values there too")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each side (default 3)")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    rows: list[Row] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what runs is ended and its jobs cancelled
    try:
        chosen = [known[name] for name in options.names or known]
        needs_site = any(getattr(module, "NEEDS_SITE", True) for module in chosen)
        with at_the_site() if needs_site else nullcontext() as place:
            machine = look(place)
            print(machine.in_words, flush=True)
            for module in chosen:
                name, told = module.__name__.rpartition(".")[2], str(module.__doc__).splitlines()[0]
                print(f"{name}: {told}", file=sys.stderr, flush=True)
                rows += module.measure(place, options.repeat)
    except (BringUpFailed, Failed, Missing) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{table(rows)}")
    if options.json:
        options.json.write_text(json.dumps(_as_json(machine, rows), indent=2) + "\n")
    return 0 if all(row.met is not False for row in rows) else 2


def _as_json(machine: Machine, rows: list[Row]) -> dict[str, object]:
    return {"machine": machine.as_json(), "rows": [row.as_json() for row in rows]}


if __name__ == "__main__":
    sys.exit(main())
