"""A profile in words: one sentence after a cell, and a table of its statements. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from funicular.profiling.session import CellProfile, ProfileSession, StatementTime, Usage
from funicular.units import format_bytes, format_seconds, plural

MOSTLY = 0.8  # of a statement's time: then what it called is named instead
WORTH_SAYING_BYTES = 100 * 10**6
ROWS = 12


def sentence(cell: CellProfile) -> str:
    """``9.1 s: 8.3 s in pd.concat, 1 of 8 cores busy, 2.1 of 16 GB``."""
    parts = [_where(cell), cores_busy(cell), _memory(cell.used), *_moved(cell.used), *_gpus(cell.used)]
    return f"{format_seconds(cell.wall_s)}: {', '.join(part for part in parts if part)}"


def heaviest(statements: Sequence[StatementTime]) -> StatementTime | None:
    """The statement that took most; one that it called instead where that took nearly all of it."""
    found: StatementTime | None = None
    for each in statements:
        if each.in_threads:
            continue
        if found is None or (each.depth == found.depth + 1 and each.wall_s >= MOSTLY * found.wall_s):
            found = each
        elif each.depth <= found.depth:
            break
    return found


def cores_busy(cell: CellProfile) -> str:
    """``1 of 8 cores busy``: processor time for each second."""
    busy = cell.used.cpu_s / cell.wall_s if cell.wall_s > 0 else 0.0
    shown = f"{busy:.0f}" if busy >= 0.95 else f"{busy:.1f}" if busy >= 0.05 else "0"
    return f"{shown} of {plural(cell.used.cores, 'core')} busy"


def table(session: ProfileSession) -> str:
    """Each cell: its sentence, and the statements that took the time."""
    return "\n\n".join(_cell(cell) for cell in session.cells) or "Nothing was measured."


def _cell(cell: CellProfile) -> str:
    rows = [row(each, cell.wall_s) for each in cell.statements if not each.in_threads][:ROWS]
    lines = [
        f"{cell.title}: {sentence(cell)}",
        "",
        f"{'share':>6}  {'time':>9}  {'line':>9}  statement",
        *rows,
    ]
    if cell.wall_s and cell.other_s >= 0.01 * cell.wall_s:
        other = "outside of the statements: awaiting, or IPython's own"
        lines.append(
            f"{cell.other_s / cell.wall_s:6.1%}  {format_seconds(cell.other_s):>9}  {'':>9}  {other}"
        )
    if threads := [each for each in cell.statements if each.in_threads]:
        lines += ["", "Other threads, their seconds together:"]
        lines += [row(each, cell.wall_s) for each in threads[:ROWS]]
    lines += [
        "",
        f"Looked {plural(cell.samples, 'time')}; that took {cell.monitor_s:.2f} s of processor time.",
    ]
    lines += [each for each in (cell.used.gpu_note, cell.problem and f"It ended with {cell.problem}") if each]
    return "\n".join(lines)


def row(each: StatementTime, wall_s: float) -> str:
    """One statement: its share, time, lines and text; a loop as a whole."""
    place = str(each.line) if each.line == each.end_line else f"{each.line}-{each.end_line}"
    text = "  " * each.depth + each.text + (" (the whole loop)" if each.is_loop else "")
    if each.call and each.call_s >= 0.01 * each.wall_s and each.call != each.text.partition("(")[0]:
        text += f"  [{format_seconds(each.call_s)} in {each.call}]"
    share = each.wall_s / wall_s if wall_s else 0.0
    return f"{share:6.1%}  {format_seconds(each.wall_s):>9}  {place:>9}  {text}"


def _where(cell: CellProfile) -> str:
    most = heaviest(cell.statements)
    if most is None:
        return ""
    if most.call and most.call_s >= MOSTLY * most.wall_s:
        return f"{format_seconds(most.call_s)} in {most.call}"
    what = "the loop of line" if most.is_loop else "line"
    return f"{format_seconds(most.wall_s)} in {what} {most.line}"


def _memory(used: Usage) -> str:
    if used.memory_peak_bytes is None:
        return ""
    peak = format_bytes(used.memory_peak_bytes)
    if not used.memory_limit_bytes:
        return peak
    limit = format_bytes(used.memory_limit_bytes)
    return f"{peak.split()[0] if peak.split()[1] == limit.split()[1] else peak} of {limit}"


def _moved(used: Usage) -> list[str]:
    pairs = (("read", used.read_bytes), ("wrote", used.written_bytes))
    return [f"{verb} {format_bytes(n)}" for verb, n in pairs if n is not None and n >= WORTH_SAYING_BYTES]


def _gpus(used: Usage) -> list[str]:
    return [f"GPU {each.busy_share:.0%} busy" for each in used.gpus]
