"""Runs a script or a notebook and writes down its profile: ``-m funicular.profiling.run KIND OUT FILE ...``.

A process of its own, so that what is measured is the file and nothing of the command that asks. The profile
is written however the file ends, as long as Python itself lives to the end. Exit code: the file's own.
"""

from __future__ import annotations

import builtins
import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any

from funicular.profiling.monitor import Monitor, profile_of
from funicular.profiling.session import ProfileSession, as_record, session_of

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run, write, give the exit code."""
    kind, out, file, *rest = arguments
    sys.argv[:] = [file, *rest]
    sys.path[0] = str(Path(file).resolve().parent)
    session, code = (run_notebook if kind == "notebook" else run_script)(Path(file))
    Path(out).write_text(json.dumps(as_record(session)), encoding="utf-8")
    return code


def run_script(path: Path) -> tuple[ProfileSession, int]:
    """As ``python FILE`` does."""
    monitor = Monitor(frozenset({id(_execute.__code__)}))
    module = ModuleType("__main__")
    module.__dict__.update(__file__=str(path), __builtins__=builtins)
    sys.modules["__main__"] = module
    problem, code = "", 0
    monitor.begin()
    try:
        _execute(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    except SystemExit as end:
        code = _exit_code(end)
    except BaseException as error:
        problem = f"{type(error).__name__}: {error}"
        code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
        sys.stdout.flush()
        traceback.print_exception(type(error), error, _from_script(error.__traceback__, str(path)))
    found = monitor.end(path.name, dict, problem)
    cells = [profile_of(found)] if found is not None else []
    return session_of(path.name, cells), code


def run_notebook(path: Path) -> tuple[ProfileSession, int]:
    """Its code cells in turn, in IPython and in its own folder, until one fails."""
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    monitor = Monitor(frozenset({id(InteractiveShell.run_code.__code__)}))
    cells, code = [], 0
    texts = code_cells(json.loads(path.read_text(encoding="utf-8-sig")))
    os.chdir(path.resolve().parent)
    for text in texts:
        monitor.begin()
        result = shell.run_cell(text, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        problem = f"{type(error).__name__}: {error}" if error is not None else ""
        found = monitor.end(f"cell {result.execution_count}", lambda: names(shell), problem)
        if found is not None:
            cells.append(profile_of(found))
        if error is not None:
            code = _exit_code(error) if isinstance(error, SystemExit) else 1
            break
    return session_of(path.name, cells), code


def code_cells(book: Mapping[str, Any]) -> list[str]:
    """The text of each code cell that has one."""
    found = []
    for cell in book["cells"]:
        source = cell["source"]
        text = source if isinstance(source, str) else "".join(source)
        if cell["cell_type"] == "code" and text.strip():
            found.append(text)
    return found


def names(shell: Any) -> dict[str, str]:
    """What the files of a shell's cells are called."""
    known = getattr(shell.compile, "_filename_map", {})
    return {path: f"cell {number}" for path, number in known.items()}


def _execute(code_obj: CodeType, namespace: dict[str, Any]) -> None:
    """The sampler looks no further out than this; it knows ``code_obj`` by its name."""
    exec(code_obj, namespace)


def _exit_code(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


def _from_script(trace: TracebackType | None, path: str) -> TracebackType | None:
    """Without our own frames; all of it where none is the script's, as when it is no Python."""
    step = trace
    while step is not None and step.tb_frame.f_code.co_filename != path:
        step = step.tb_next
    return step


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
