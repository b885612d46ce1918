"""Walking over the rows of a table: say it for whole columns.

Trigger   ``for i, row in table.iterrows()`` or ``for row in table.itertuples()``.
Evidence  the pattern: a row costs some 10 to 100 microseconds before anything is computed.
Rewrite   arithmetic on the row's columns that is kept for each row becomes the same arithmetic on columns.
Hazards   needs-thought    held      the body does more than arithmetic on columns; see what is said in words.
          name-read-later  held      the row or its label may be read after the loop.
          row-dtype        verified  ``iterrows`` iterations integers into floats where a row has both.
          same-labels      told      two rows with one label: ``table.loc[label, ...]`` writes to both.
          new-column       told      a column written row by row holds floats at first; written at once, what
                                     was computed.
Source    https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.iterrows.html
"""

from __future__ import annotations

import ast

from funicular.hints import edits
from funicular.hints.cell import Cell
from funicular.hints.names import bound
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="row-loop", title="A loop over the rows of a table", rank=12)

SAY = "Whole columns at once: some hundred times quicker, and no cluster is needed."
WORDS = (
    "Say it for whole columns: table['c'] = table['a'] * table['b']; np.where and np.select for if and elif; "
    "table.groupby for groups. If a row starts something heavy: funicular.map(f, table.to_dict('records'))."
)


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A ``for`` loop over rows; heavy ones are better off with a map than with words."""
    answer = _for_columns(loop, cell)
    if isinstance(answer, Held) and cell.verdict(loop).worth != "high":
        return Held(answer.hazard, answer.say, is_final=True)
    return answer


def _for_columns(loop: ast.AST, cell: Cell) -> Answer:
    match loop:
        case ast.For(
            ast.Tuple([ast.Name(label), ast.Name(row)]),
            ast.Call(ast.Attribute(ast.Name(table), "iterrows"), [], []),
        ):
            by_name = False
        case ast.For(ast.Name(row), ast.Call(ast.Attribute(ast.Name(table), "itertuples"), [], _)):
            label, by_name = "", True
        case ast.For(_, ast.Call(ast.Attribute(_, "iterrows" | "itertuples"))):
            return Held("needs-thought", WORDS)
        case _:
            return None
    if loop.orelse or len(loop.body) != 1:
        return Held("needs-thought", WORDS)
    if cell.reads_later(loop, bound([loop.target])):
        return Held("name-read-later", WORDS)
    match loop.body[0]:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(out), "append"), [value], [])):
            text = _columns(value, row, table, by_name, cell)
            values = "tolist" if by_name else "to_numpy"
            new = f"{out}.extend(({text}).{values}())"
        case ast.Assign(
            [ast.Subscript(ast.Attribute(ast.Name(same), "loc" | "at"), ast.Tuple([ast.Name(key), column]))],
            value,
        ) if same == table and key == label and isinstance(column, ast.Constant):
            text = _columns(value, row, table, by_name, cell)
            new = f"{table}[{cell.source(column)}] = {text}"
        case _:
            return Held("needs-thought", WORDS)
    return Rewrite(edits.replace(loop, new), say=SAY) if text else Held("needs-thought", WORDS)


def _columns(value: ast.expr, row: str, table: str, by_name: bool, cell: Cell) -> str:
    """The expression with each ``row['a']`` as ``table['a']``; "" if it is more than arithmetic."""
    columns: list[tuple[int, int, str]] = []

    def is_arithmetic(node: ast.expr) -> bool:
        match node:
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right):
                return is_arithmetic(left) and is_arithmetic(right)
            case ast.UnaryOp(ast.USub(), operand):
                return is_arithmetic(operand)
            case ast.Constant(int() | float()):
                return True
            case ast.Subscript(ast.Name(base), ast.Constant(str()) as column) if base == row and not by_name:
                columns.append((*cell.span(node), f"{table}[{cell.source(column)}]"))
                return True
            case ast.Attribute(ast.Name(base), attr) if (
                base == row and by_name and attr not in ("Index", "count")
            ):
                columns.append((*cell.span(node), f"{table}[{attr!r}]"))
                return True
        return False

    if not is_arithmetic(value) or not columns or "\n" in cell.source(value):
        return ""
    start, _ = cell.span(value)
    text = cell.source(value)
    for begin, end, new in sorted(columns, reverse=True):
        text = text[: begin - start] + new + text[end - start :]
    return text
