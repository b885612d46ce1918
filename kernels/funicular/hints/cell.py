"""A cell as rules see it: text, tree, the engine's verdicts on its loops, and the other cells beside it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from funicular.hints import names
from funicular.loops import Verdict, find, judge

Function = ast.FunctionDef | ast.AsyncFunctionDef
ATOMS = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Dict, ast.Set),
    *(ast.ListComp, ast.SetComp, ast.DictComp),
)
Judge = Callable[[Sequence[str]], tuple[Verdict, ...]]


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell of a program.   number: its place among the cells judged."""

    text: str
    number: int
    program: Program

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def loops(self) -> list[find.Loop]:
        """Every loop, in the order of the verdicts."""
        return list(find.loops(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return find.parents(self.tree)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What the node stands in, innermost first."""
        while (node := self.parents.get(node, self.tree)) is not self.tree:
            yield node

    def function_of(self, node: ast.AST) -> Function | ast.Lambda | ast.ClassDef | None:
        """The function or class that the node's names belong to; ``None`` at top level."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
        return next((each for each in self.around(node) if isinstance(each, kinds)), None)

    def verdict(self, loop: ast.AST) -> Verdict:
        """What the engine says of this loop."""
        return self.program.verdicts[self.number][self.loops.index(loop)]  # type: ignore[arg-type]

    def outer_loops(self, loop: ast.AST) -> Iterator[find.Loop]:
        """The loops around it in the same function, innermost first."""
        for each in self.around(loop):
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
                return
            if isinstance(each, find.type_of_loop):
                yield each

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def offset(self, line: int, byte: int) -> int:
        """Where in the text this place of the tree is: the tree counts bytes, the text characters."""
        start, end = self._starts[line - 1], self._starts[line] - 1
        text = self.text[start:end]
        return start + (byte if text.isascii() else len(text.encode()[:byte].decode(errors="ignore")))

    def line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where the node begins and ends in the text."""
        start = self.offset(node.lineno, node.col_offset)
        return start, self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def source(self, node: ast.expr | ast.stmt) -> str:
        """The user's own text of this node."""
        start, end = self.span(node)
        return self.text[start:end]

    def argument(self, node: ast.expr) -> str:
        """The node's text as an argument or a value: with brackets where it would fall apart without."""
        text = self.source(node)
        if "\n" in text and not isinstance(node, ATOMS):
            return f"({text})"  # lines that its own brackets held together
        match ast.parse(f"f({text})", mode="eval").body:
            case ast.Call(args=[only], keywords=[]) if type(only) is type(node):
                return text
        return f"({text})"

    def operand(self, node: ast.expr) -> str:
        """The node's text as part of an expression: with brackets unless it holds together by itself."""
        return self.source(node) if isinstance(node, ATOMS) else f"({self.source(node)})"

    def fresh_name(self, wanted: str) -> str:
        """A name like this one that the program does not use; each call of one proposal gives another."""
        taken, given = self.program.taken, self.program.given
        name, number = wanted, 2
        while name in taken or name in given:
            name, number = f"{wanted}_{number}", number + 1
        given.add(name)
        return name

    def origin(self, node: ast.AST) -> str | None:
        """What a name or attribute is, through the imports: ``pd.concat`` is ``pandas.concat``.

        ``None`` when the name is bound in another way too, here or in another cell.
        """
        match node:
            case ast.Name(id=name):
                return self.program.imported.get(name)
            case ast.Attribute(value=value, attr=attr) if (base := self.origin(value)) is not None:
                return f"{base}.{attr}"
        return None

    def reads_later(self, loop: ast.stmt, wanted: set[str]) -> set[str]:
        """Those of the names that somebody may read after the loop, in this cell or another."""
        return names.read_later(loop, wanted, self)


@dataclass(frozen=True, eq=False)
class Program:
    """All cells of one file, in order."""

    texts: tuple[str, ...]
    taken: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)  # fresh names of the proposal that is being made
    judge: Judge = judge

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(Cell(text, number, self) for number, text in enumerate(self.texts))

    @cached_property
    def verdicts(self) -> tuple[tuple[Verdict, ...], ...]:
        """What the engine says of each loop of each cell."""
        found = self.judge(self.texts)
        return tuple(
            tuple(each for each in found if each.cell == number) for number in range(len(self.texts))
        )

    @cached_property
    def imported(self) -> dict[str, str]:
        """What each imported name is; names that are also bound otherwise are left out."""
        return names.imported([cell.tree for cell in self.cells])

    @cached_property
    def rebound(self) -> set[str]:
        """Names that the program binds anywhere: builtins of these names may be something else."""
        return {name for cell in self.cells for name in names.bound_anywhere(cell.tree)}

    @cached_property
    def scopes(self) -> list[ast.AST]:
        """Every function, lambda and class of every cell."""
        return [each for cell in self.cells for each in names.scopes(cell.tree)]

    @cached_property
    def calls(self) -> list[tuple[Cell, ast.Call]]:
        """Every call, with its cell."""
        return [
            (cell, node) for cell in self.cells for node in ast.walk(cell.tree) if isinstance(node, ast.Call)
        ]

    @cached_property
    def bindings(self) -> dict[str, list[tuple[Cell, ast.expr | None]]]:
        """What each name is given anywhere; ``None`` for what is not a plain ``name = value``."""
        found: dict[str, list[tuple[Cell, ast.expr | None]]] = {}
        for cell in self.cells:
            plain: set[ast.AST] = set()
            for node in ast.walk(cell.tree):
                match node:
                    case ast.Assign([ast.Name(name) as target], value):
                        plain.add(target)
                        found.setdefault(name, []).append((cell, value))
                    case ast.Name(name, ast.Store() | ast.Del()) if node not in plain:
                        found.setdefault(name, []).append((cell, None))
                    case ast.arg(arg=name):
                        found.setdefault(name, []).append((cell, None))
        return found

    def with_text(self, number: int, text: str) -> Program:
        """The program with one cell changed."""
        texts = (*self.texts[:number], text, *self.texts[number + 1 :])
        return program(texts, self.judge)


def program(texts: Sequence[str], judge: Judge = judge) -> Program:
    """The cells as a program that rules can be asked about."""
    made = Program(tuple(texts), judge=judge)
    for cell in made.cells:
        made.taken.update(names.all_names(cell.tree))
    return made
