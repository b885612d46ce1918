"""A profile as one HTML page that needs nothing else. Pure."""

from __future__ import annotations

from html import escape

from funicular.profiling.session import CellProfile, ProfileSession, StatementTime
from funicular.profiling.words import sentence
from funicular.units import format_seconds

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.15em 0.6em; border-bottom: 1px solid #ddd; }
.n { text-align: right; white-space: nowrap; }
code { white-space: pre-wrap; }
.bar { background: #9cc7e8; height: 0.9em; }
"""


def as_page(session: ProfileSession) -> str:
    """Each cell with its sentence, and its statements with a bar for each share."""
    title = escape(session.title)
    body = "\n".join(_cell(cell) for cell in session.cells) or "<p>Nothing was measured.</p>"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Profile of {title}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>Profile of {title}</h1>"
        f"<p>{escape(format_seconds(session.wall_s))} in all. A loop is shown as a whole.</p>\n{body}\n"
        "</body></html>\n"
    )


def _cell(cell: CellProfile) -> str:
    own = [each for each in cell.statements if not each.in_threads]
    threads = [each for each in cell.statements if each.in_threads]
    parts = [f"<h2>{escape(cell.title)}</h2><p>{escape(sentence(cell))}</p>", _table(own, cell.wall_s)]
    if threads:
        parts += ["<h3>Other threads, their seconds together</h3>", _table(threads, cell.wall_s)]
    if cell.problem:
        parts.append(f"<p>It ended with {escape(cell.problem)}</p>")
    return "\n".join(parts)


def _table(statements: list[StatementTime], wall_s: float) -> str:
    head = '<tr><th>Share</th><th class="n">Time</th><th class="n">Line</th><th>Statement</th></tr>'
    return f"<table>{head}{''.join(_row(each, wall_s) for each in statements)}</table>"


def _row(each: StatementTime, wall_s: float) -> str:
    share = each.wall_s / wall_s if wall_s else 0.0
    width = f"{min(share, 1.0) * 8:.2f}em"
    call = f" ({format_seconds(each.call_s)} in {escape(each.call)})" if each.call else ""
    loop = " (the whole loop)" if each.is_loop else ""
    indent = f"padding-left:{each.depth * 1.5 + 0.6}em"
    return (
        f'<tr><td><div class="bar" style="width:{width}"></div>{share:.1%}</td>'
        f'<td class="n">{format_seconds(each.wall_s)}</td><td class="n">{each.line}</td>'
        f'<td style="{indent}"><code>{escape(each.text)}</code>{loop}{call}</td></tr>'
    )
