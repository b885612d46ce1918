"""Growing a table or an array inside a loop: collect the pieces, join them once.

Trigger   ``table = pd.concat([table, piece])`` in a loop, also ``np.append``, ``np.vstack``, ``np.hstack``
          and ``np.concatenate``; in words only: ``table.append(piece)``, ``table.loc[len(table)] = row``.
Evidence  the pattern: with n iterations the whole table is copied n times.
Rewrite   append each piece to a list; one call joins them after the loop.
Hazards   read-in-loop    held      the loop, or a function, looks at the table while it grows.
          early-exit      held      ``return`` or ``yield`` would leave the loop before the pieces are joined.
          join-options    held      options such as ``keys`` that differ between many joins and one.
          several-places  held      the loop grows the table in more than one place.
          outer-first     held      a loop around this one grows the same table: join after that.
          row-by-row      held      rows are appended in place; collect dicts, make the table at the end.
          start-dtype     verified  an empty first table can change column types.
          interrupted     told      stopping the cell early leaves the table unjoined.
Source    https://pandas.pydata.org/docs/user_guide/merging.html
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from funicular.hints import edits
from funicular.hints.cell import Cell
from funicular.hints.keeps import statements_in
from funicular.hints.names import is_free
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="growing-table", title="A table grows inside a loop", rank=10)

JOINS = {"pandas.concat", "numpy.vstack", "numpy.hstack", "numpy.concatenate"}
KEPT = {"ignore_index", "axis", "sort", "join"}
SAY = "Each iteration copies the whole table again. Collect the pieces in a list and join them once."
READ = (
    "Each iteration copies the whole table again, and it is read in between. Where only its size or last "
    "row is needed, keep that in a name of its own, collect the pieces in a list and join them once."
)
ROWS = (
    "Each iteration copies the whole table again. Collect the rows in a list, rows.append({...}), and make "
    "the table once: pd.DataFrame(rows)."
)


@dataclass(frozen=True, slots=True)
class Growth:
    """``table = join([table, piece], options)``.   call: how it joins, to be filled with the pieces."""

    statement: ast.Assign
    table: str
    piece: ast.expr | None
    call: str


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A loop that makes the same table anew, with a piece more."""
    if not isinstance(loop, ast.For):
        return None
    inside = statements_in(loop.body)
    if any(_appends_row(each) for each in inside):
        return Held("row-by-row", ROWS)
    grown = [found for each in inside if (found := _growth(each, cell))]
    if not grown:
        return None
    first = grown[0]
    if len(grown) > 1:
        return Held("several-places", SAY)
    if first.piece is None:
        return Held("join-options", SAY)
    if any(
        _mentions(outer, first.table) == _mentions(loop, first.table) for outer in _outer_fors(loop, cell)
    ):
        return Held("outer-first", SAY)
    if _mentions(loop, first.table) > 2 or _read_by_functions(first.table, loop, cell):
        return Held("read-in-loop", READ)
    if any(isinstance(each, ast.Return | ast.Yield | ast.YieldFrom) for each in ast.walk(loop)):
        return Held("early-exit", SAY)
    pieces = cell.fresh_name(f"{first.table}_pieces")
    return Rewrite(
        edits.before(loop, f"{pieces} = [{first.table}]"),
        edits.replace(first.statement, f"{pieces}.append({cell.argument(first.piece)})"),
        edits.after(loop, f"{first.table} = {first.call.format(pieces=pieces)}"),
        say=SAY,
    )


def _growth(statement: ast.stmt, cell: Cell) -> Growth | None:
    match statement:
        case ast.Assign([ast.Name(table)], ast.Call(function, [ast.List([ast.Name(same), piece])
            | ast.Tuple([ast.Name(same), piece])], options)) if same == table:  # fmt: skip
            if cell.origin(function) not in JOINS:
                return None
            if not all(each.arg in KEPT and isinstance(each.value, ast.Constant) for each in options):
                return Growth(statement, table, None, "")
            more = "".join(f", {cell.source(each)}" for each in options)  # type: ignore[arg-type]
            return Growth(statement, table, piece, f"{cell.source(function)}({{pieces}}{more})")
        case ast.Assign([ast.Name(table)], ast.Call(function, [ast.Name(same), piece], [])) if same == table:
            if cell.origin(function) != "numpy.append" or not isinstance(function, ast.Attribute):
                return None
            numpy, each = cell.source(function.value), cell.fresh_name("each")
            return Growth(
                statement,
                table,
                piece,
                f"{numpy}.concatenate([{numpy}.ravel({each}) for {each} in {{pieces}}])",
            )
    return None


def _appends_row(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(
            [ast.Name(table)], ast.Call(ast.Attribute(ast.Name(same), "append" | "_append"), _, options)
        ):
            return table == same and any(each.arg == "ignore_index" for each in options)
        case ast.Assign(
            [
                ast.Subscript(
                    ast.Attribute(ast.Name(table), "loc"), ast.Call(ast.Name("len"), [ast.Name(same)])
                )
            ]
        ):
            return table == same
    return False


def _outer_fors(loop: ast.For, cell: Cell) -> list[ast.AST]:
    return [each for each in cell.outer_loops(loop) if isinstance(each, ast.For)]


def _mentions(node: ast.AST, name: str) -> int:
    return sum(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


def _read_by_functions(name: str, loop: ast.For, cell: Cell) -> bool:
    around = cell.function_of(loop)
    return any(each is not around and is_free(each, name) for each in cell.program.scopes)
