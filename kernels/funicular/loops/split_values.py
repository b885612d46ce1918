"""Which expressions of a body may be computed elsewhere, and what computes them there."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from funicular.loops import find
from funicular.loops import split_trees as trees
from funicular.loops.split_plan import Slot
from funicular.loops.split_watch import Doing, Watch
from funicular.loops.values import Root

RECORD = "__record__"
# Kinds that do not come through a pickle as what they were: the shadow may have them, the loop makes its own.
STAYS = frozenset(
    ["class", "file", "foreign", "function", "image", "instance", "iterator", "model", "module", "rng"]
)


class SplitValues:
    """What is known at the place that is being split: names, objects that are off limits, slots so far.

    known: names with the value that they have in the shadow too. spoiled: objects that the shadow sees
    otherwise than the loop, as it does not write into them. kept: objects that a slot's value may be or hold.
    looked: objects that the shadow reads.
    """

    def __init__(self, watch: Watch, loop: find.Loop) -> None:
        self.watch = watch
        self.loop = loop
        self.bound = trees.names_of(loop)
        self.known: set[str] = set()
        self.spoiled: set[Root] = set()
        self.kept: set[Root] = set()
        self.slots: list[Slot] = []
        self.looked: set[Root] = set()
        self.droppable: set[ast.stmt] = set()  # of the shadow: needed only for the names that they bind
        self.depth = 0
        self.cut = False  # whether the shadow can no longer follow which statements run
        self.start = 0

    def touches(self, roots: Iterable[Root], others: Iterable[Root]) -> bool:
        """Whether two groups may have an object in common."""
        others = set(others)
        may_be_one = self.watch.program.may_be_one
        return any(root in others or any(may_be_one(root, one) for one in others) for root in roots)

    def has_names(self, node: ast.AST) -> bool:
        """Whether the shadow has every name that is read here."""
        return all(name in self.known or name not in self.bound for name in trees.free_names(node))

    def is_sound(self, doing: Doing) -> bool:
        """Whether the shadow would do the same: it sees the same objects, and changes none of others."""
        if doing.hidden or doing.unordered or doing.outer:
            return False
        early = self.watch.written_between(self.start, doing.start, doing.alive)
        if self.touches(doing.reads | doing.writes, self.spoiled | early):
            return False
        self.looked |= doing.reads
        return True

    def is_pure(self, node: ast.expr) -> bool:
        """Whether the shadow may evaluate it, and nobody sees that it did."""
        if isinstance(node, ast.Constant):
            return True
        if trees.has_special(node) or not self.has_names(node):
            return False
        doing = self.watch.doing(node)
        if doing is None:
            return False
        return self.is_sound(doing) and not doing.writes & doing.alive

    def is_slot(self, node: ast.expr) -> bool:
        if self.cut or not trees.may_be_slot(node) or not trees.is_heavy(node):
            return False
        value = self.watch.values.get(node)
        return (value is None or value.kind not in STAYS) and self.is_pure(node)

    def slot(self, node: ast.expr, *, spare: bool = False) -> ast.Call:
        """A new slot; the call that records its value in the shadow."""
        self.slots.append(Slot(len(self.slots), node, (), bool(self.depth), spare))
        if node in self.watch.values:
            self.kept |= self.watch.reach([self.watch.values[node]])
        return record(self.slots[-1].number, node)

    def computed(self, node: ast.AST, *, opened: bool = False) -> ast.AST:
        """A copy, in which the heavy parts record their values; the shadow may evaluate it as a whole.

        opened: only the parts of its expression may become slots: a call whose value nobody wants is there
        for what it does.
        """
        inner = [node.value] if opened and isinstance(node, ast.Expr) else []
        parts = [one for top in inner for one in trees.expressions(top)] if inner else [node]
        return trees.rebuilt(node, {old: new for one in parts for old, new in self.recorded(one)})

    def tested(self, test: ast.expr) -> ast.expr:
        """A copy of a test; a value that cannot say whether it is true ends the shadow before it is recorded.

        So the loop evaluates the test itself, and the traceback points at it.
        """
        made = self.computed(test)
        match made:
            case ast.Call(func=ast.Name(id=name), args=[_, value]) if name == RECORD:
                made.args[1] = asked_for_truth(value)
        assert isinstance(made, ast.expr)
        return made

    def recorded(self, node: ast.AST) -> Iterable[tuple[ast.AST, ast.AST]]:
        for one in trees.expressions(node) if not isinstance(node, ast.expr) else [node]:
            if self.is_slot(one):
                yield one, self.slot(one)
            elif not isinstance(one, trees.WALLS) and trees.may_be_opened(one):
                for inner in trees.expressions(one):
                    yield from self.recorded(inner)

    def picked(self, node: ast.expr, *, spare: bool = False) -> list[ast.stmt]:
        """Statements that record the heavy parts of an expression that the shadow does not evaluate whole."""
        if self.cut or not trees.is_heavy(node):
            return []
        if self.is_slot(node):
            return [ast.Expr(self.slot(node, spare=spare))]
        match node:
            case ast.Lambda():
                return []
            case ast.IfExp():
                return self.either(node.test, node.body, node.orelse)
            case ast.BoolOp(op=op, values=[first, *rest]):
                later = ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
                if is_first_time(first) and isinstance(op, ast.Or):
                    return self.picked(later, spare=True)
                if isinstance(op, ast.And):
                    return self.either(first, later, None)
                return self.either(first, None, later)
            case ast.Compare(left=left, comparators=[second, *_]):
                return [*self.picked(left, spare=spare), *self.picked(second, spare=spare)]
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return self.picked(node.generators[0].iter, spare=spare)
        return [made for one in trees.expressions(node) for made in self.picked(one, spare=spare)]

    def either(self, test: ast.expr, then: ast.expr | None, other: ast.expr | None) -> list[ast.stmt]:
        """What a test decides upon is recorded only then; nothing of it where the test is not known."""
        if not self.is_pure(test):
            return self.picked(test)
        asked = self.tested(test)
        made = [self.picked(one) if one is not None else [] for one in (then, other)]
        return [ast.If(asked, made[0] or [ast.Pass()], made[1])]


def record(number: int, node: ast.expr) -> ast.Call:
    value = trees.rebuilt(node, {})
    assert isinstance(value, ast.expr)
    return ast.Call(ast.Name(RECORD, ast.Load()), [ast.Constant(number), value], [])


def asked_for_truth(value: ast.expr) -> ast.expr:
    """``(lambda v: v if v else v)(value)``."""
    name = ast.Name("v", ast.Load())
    arguments = ast.arguments([], [ast.arg("v")], None, [], [], None, [])
    return ast.Call(ast.Lambda(arguments, ast.IfExp(name, name, name)), [value], [])


def is_first_time(test: ast.expr) -> bool:
    """``best is None``: true once, so what comes after ``or`` is wanted nearly always."""
    match test:
        case ast.Compare(left=ast.Name(), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return True
    return False
