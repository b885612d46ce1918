"""All hints of a document: the engine's verdict on each loop, in the words of the rule that knows most."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from funicular.hints.cell import Cell, Program, program
from funicular.hints.edits import CannotEdit, apply
from funicular.hints.hint import Hint
from funicular.hints.reading import Document, Source
from funicular.hints.rule import Answer, Held, Rewrite, Rule, all_rules
from funicular.loops import Verdict

CALL = "call"


def hints(document: Document, rules: Sequence[Rule] | None = None) -> list[Hint]:
    """Exactly one hint for each loop, and one for each call that a rule speaks of; top to bottom."""
    asked = all_rules() if rules is None else rules
    book = program([source.text for source in document.sources])
    found = [
        hint
        for source, cell in zip(document.sources, book.cells, strict=True)
        for hint in _of_cell(document.path, source, cell, book, asked)
    ]
    return sorted(found, key=lambda hint: (hint.cell or 0, hint.line, hint.kind != CALL))


def _of_cell(path: str, source: Source, cell: Cell, book: Program, rules: Sequence[Rule]) -> Iterator[Hint]:
    for loop, verdict in zip(cell.loops, book.verdicts[cell.number], strict=True):
        rule, answer, text = _best(loop, cell, [each for each in rules if each.about != CALL])
        yield _of_loop(path, source, verdict, rule, answer, text)
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Call):
            rule, answer, text = _best(node, cell, [each for each in rules if each.about == CALL])
            if rule is not None and answer is not None:
                yield _of_call(path, source, node, cell, rule, answer, text)


def _best(node: ast.AST, cell: Cell, rules: Sequence[Rule]) -> tuple[Rule | None, Answer, str]:
    """The first rewrite that can be made, else the first rule that held; with the new text of the cell."""
    held: tuple[Rule | None, Answer, str] = (None, None, "")
    for rule in rules:
        match rule.answer(node, cell):
            case Rewrite() as rewrite:
                try:
                    return rule, rewrite, apply(cell, rewrite.edits)
                except CannotEdit as problem:
                    if held[0] is None:
                        held = (rule, Held(problem.hazard, rewrite.say), "")
            case Held(is_final=True) as answer:
                return rule, answer, ""
            case Held() as answer if held[0] is None:
                held = (rule, answer, "")
    return held


def _of_loop(
    path: str, source: Source, verdict: Verdict, rule: Rule | None, answer: Answer, text: str
) -> Hint:
    return Hint(
        path=path,
        cell=source.index,
        line=verdict.line,
        end_line=verdict.end_line,
        rule=rule.name if rule else "",
        parallel=verdict.parallel,
        verdict="parallel" if verdict.parallel else "held",
        kind=verdict.kind,
        message=verdict.message,
        reason=verdict.reason,
        confidence=verdict.confidence,
        worth=verdict.worth,
        column=verdict.col + 1,
        witness=verdict.witness,
        code=_line(source, verdict.line),
        quiet=rule is not None and rule.quiet,
        **_words(source, answer, text),
    )


def _of_call(
    path: str, source: Source, node: ast.Call, cell: Cell, rule: Rule, answer: Held | Rewrite, text: str
) -> Hint:
    start, _ = cell.span(node)
    return Hint(
        path=path,
        cell=source.index,
        line=node.lineno,
        end_line=node.end_lineno or node.lineno,
        rule=rule.name,
        parallel=False,
        verdict="advice",
        kind=CALL,
        message=rule.title,
        reason="",
        confidence=1.0,
        worth="some",
        column=start - cell.line_start(start) + 1,
        code=_line(source, node.lineno),
        **_words(source, answer, text),
    )


def _words(source: Source, answer: Answer, text: str) -> dict[str, Any]:
    match answer:
        case Rewrite(say=say):
            difference = diff(source, text)
            return {"advice": say, "diff": difference, "hazard": "" if difference else "magic-line"}
        case Held(hazard=hazard, say=say):
            return {"advice": say, "hazard": hazard}
    return {}


def diff(source: Source, text: str) -> str:
    """The change in the user's own lines, as ``diff -u`` shows it; "" when it would touch a magic's line."""
    plain, new = source.text.split("\n"), text.split("\n")
    original = source.original.split("\n")
    lines: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, plain, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += original[a:b]
        elif plain[a:b] != original[a:b]:
            return ""
        else:
            lines += new[c:d]
    found = difflib.unified_diff(original, lines, lineterm="", n=1)
    return "\n".join(line for line in found if not line.startswith(("---", "+++")))


def _line(source: Source, line: int) -> str:
    return source.original.split("\n")[line - 1]
