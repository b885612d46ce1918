"""A loop's body as a function for ``funicular.map``, by small edits of the user's own text.

``for x in xs:`` becomes ``def one_x(x):``, what the loop keeps becomes ``return``, and below stands what is
done with the results, in the order of the loop. Only for loops of which the engine says that they may.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from funicular.hints import edits
from funicular.hints.cell import Cell
from funicular.hints.edits import CannotEdit, Edit
from funicular.hints.keeps import Keep, keep_of, kept_names, skips, statements_in
from funicular.hints.losses import must_lose_nothing
from funicular.hints.names import bound, reads_first
from funicular.hints.rule import Held, Rewrite

SAY = {
    "name-read-later": "A name that the loop leaves behind may be read later, so its body stays where it is.",
    "carried-name": "A name is read before it is set here; give it a value at the top of the body.",
    "keeps-elsewhere": "Keep what each iteration finds in one place, last in the body: results.append(...).",
    "reads-kept": "The body reads what earlier iterations have kept; let it compute only what is added.",
    "outer-first": "The loop around it may run in parallel as well; begin there: bigger pieces are better.",
    "loop-else": "Its else: part belongs to the loop; move it below.",
    "class-body": "Move the loop out of the class.",
    "odd-target": "Give the iterations a plain name: for item in ...",
}


def rewrite_loop(loop: ast.For, cell: Cell) -> Rewrite | Held:
    """The loop as a function and a call of ``funicular.map``; ``Held`` when something is in the way."""
    try:
        return Rewrite(*_edits(loop, cell))
    except CannotEdit as problem:
        return Held(problem.hazard, SAY.get(problem.hazard, ""))


def _edits(loop: ast.For, cell: Cell) -> list[Edit]:
    _must_be_whole(loop, cell)
    keeps = [each for statement in statements_in(loop.body) if (each := keep_of(statement, loop, cell))]
    if not keeps:
        raise CannotEdit("keeps-elsewhere")
    must_lose_nothing(loop, cell, {each.statement for each in keeps})
    plain = all(each.statement in loop.body[-len(keeps) :] for each in keeps) and not skips(loop)
    if _reads_what_it_keeps(loop, keeps) and not (plain and _fills_slots(loop, keeps, cell)):
        raise CannotEdit("reads-kept")
    if not plain and len({(each.template, bool(each.key)) for each in keeps}) > 1:
        raise CannotEdit("keeps-elsewhere")
    call, begin = _call(loop, cell)
    made = [edits.importing("funicular"), *begin]
    last = loop.body[-1]
    if plain:
        results = [cell.fresh_name("value" if n == 0 else f"value_{n + 1}") for n in range(len(keeps))]
        return [*made, *_returning(keeps, results), *_replay(loop, cell, keeps, results, call)]
    found = cell.fresh_name("found")
    one = keeps[0]
    pair = "({}, {})" if one.key else "{}"
    made.append(edits.before(loop.body[0], f"{found} = []"))
    for each in keeps:
        value = pair.format(each.key, each.value) if one.key else each.value
        made.append(edits.replace(each.statement, f"{found}.append({value})"))
    made += [edits.replace(each, f"return {found}") for each in skips(loop)]
    value, key = cell.fresh_name("value"), cell.fresh_name("key") if one.key else ""
    inner = f"for {f'{key}, {value}' if key else value} in {found}:"
    again = one.template.format(value=value, key=key)
    text = f"\nfor {found} in {call}:\n    {inner}\n        {again}"
    return [*made, edits.after(last, f"return {found}"), edits.after(last, text, like=loop)]


def _must_be_whole(loop: ast.For, cell: Cell) -> None:
    """Nothing that a function would change the meaning of."""
    if loop.orelse:
        raise CannotEdit("loop-else")
    if isinstance(cell.function_of(loop), ast.ClassDef):
        raise CannotEdit("class-body")
    if any(cell.verdict(each).parallel for each in cell.outer_loops(loop)):
        raise CannotEdit("outer-first")
    targets = bound([loop.target])
    inside = bound(loop.body)
    if any(reads_first(loop.body, name) for name in inside - targets - kept_names(loop)):
        raise CannotEdit("carried-name")
    if cell.reads_later(loop, (inside | targets) - kept_names(loop)):
        raise CannotEdit("name-read-later")


def _fills_slots(loop: ast.For, keeps: Sequence[Keep], cell: Cell) -> bool:
    """Whether each iteration sets places of its own: what it reads there was there before the loop."""
    slots = all(isinstance(each.statement, ast.Assign) for each in keeps)
    return slots and cell.verdict(loop).kind in ("map", "dict")


def _reads_what_it_keeps(loop: ast.For, keeps: Sequence[Keep]) -> bool:
    """Whether the body looks at what earlier iterations have kept, other than to keep something there."""
    mentions = [each.id for part in loop.body for each in ast.walk(part) if isinstance(each, ast.Name)]
    bases = [each.base for each in keeps]
    return any(mentions.count(base) > bases.count(base) for base in bases)


def _returning(keeps: Sequence[Keep], results: Sequence[str]) -> list[Edit]:
    """``return`` in the place of what is kept; of several, all but the last are named first."""
    made: list[Edit] = []
    for each, name in zip(keeps[:-1], results, strict=False):
        text = f"{each.key}, {each.value}" if each.key else each.value
        made.append(edits.replace(each.statement, f"{name} = {text}"))
    last = keeps[-1]
    text = f"{last.key}, {last.value}" if last.key and len(keeps) == 1 else last.value
    if len(keeps) > 1:
        text = ", ".join([*results[:-1], f"({last.key}, {last.value})" if last.key else last.value])
    return [*made, edits.replace(last.statement, f"return {text}")]


def _replay(
    loop: ast.For, cell: Cell, keeps: Sequence[Keep], results: Sequence[str], call: str
) -> list[Edit]:
    """What is done with the results, below the function."""
    last = loop.body[-1]
    if len(keeps) == 1 and keeps[0].at_once:
        return [edits.after(last, "\n" + keeps[0].at_once.format(values=call), like=loop)]
    names, lines = [], []
    for each, name in zip(keeps, results, strict=True):
        key = cell.fresh_name("key") if each.key else ""
        names.append(f"{key}, {name}" if key and len(keeps) == 1 else f"({key}, {name})" if key else name)
        lines.append("    " + each.template.format(value=name, key=key))
    return [edits.after(last, "\n".join([f"\nfor {', '.join(names)} in {call}:", *lines]), like=loop)]


def _call(loop: ast.For, cell: Cell) -> tuple[str, list[Edit]]:
    """The call of ``funicular.map``, and the edits that make the header a ``def``."""
    target = cell.source(loop.target)
    match loop.target, loop.iter:
        case ast.Name(name), iterable:
            function = cell.fresh_name(f"one_{name.strip('_') or 'iteration'}")
            return (
                f"funicular.map({function}, {cell.argument(iterable)})",
                [edits.header(loop, f"def {function}({name})")],
            )
        case ast.Tuple(elts), ast.Call(ast.Name("zip"), args, []) if (
            len(elts) == len(args) == len(bound([loop.target]))
            and all(isinstance(each, ast.Name) for each in elts)
            and not any(isinstance(each, ast.Starred) for each in args)
        ):
            function = cell.fresh_name("one_turn")
            parameters = ", ".join(cell.source(each) for each in elts)
            many = ", ".join(cell.argument(each) for each in args)
            return (
                f"funicular.map({function}, {many})",
                [edits.header(loop, f"def {function}({parameters})")],
            )
        case ast.Tuple(), iterable if not any(
            isinstance(e, ast.Attribute | ast.Subscript) for e in ast.walk(loop.target)
        ):
            function, item = cell.fresh_name("one_turn"), cell.fresh_name("item")
            return (
                f"funicular.map({function}, {cell.argument(iterable)})",
                [
                    edits.header(loop, f"def {function}({item})"),
                    edits.before(loop.body[0], f"{target} = {item}"),
                ],
            )
    raise CannotEdit("odd-target")
