"""Goes through a body in order and writes the shadow: what it runs, what it records, what it leaves out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from funicular.loops import split_trees as trees
from funicular.loops.scope import bound_in, targets
from funicular.loops.split_blocks import SplitBlocks

ROUNDS = 6  # of an inner loop, until what is known at its beginning no longer changes
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Assert)
Known = set[str]


class SplitBody(SplitBlocks):
    """Adds statements; each gives the shadow's statements, and whether what follows is reached."""

    ends: list[Known]  # what is known where an inner loop goes round or is left

    def block(self, body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], bool]:
        made: list[ast.stmt] = []
        for node in body:
            more, goes_on = self.statement(node)
            made += more
            if not goes_on:
                return made, False
        return made, True

    def statement(self, node: ast.stmt) -> tuple[list[ast.stmt], bool]:
        if self.cut:
            return [], True
        if not isinstance(node, ast.For | ast.While | ast.Try):
            self.known -= trees.walrus_names(node)
        match node:
            case ast.Pass():
                return [], True
            case ast.Continue() | ast.Break():
                if not self.depth:
                    return [ast.Return(None)], False
                self.ends.append(set(self.known))
                return [type(node)()], False
            case ast.Raise():
                return [ast.Raise(None, None)], False
            case ast.If():
                return self.branches(node)
            case ast.For() | ast.While():
                return self.whole(node) or self.turns(node), True
            case ast.Try():
                return self.whole(node) or self.left_out(node), True
        if isinstance(node, SIMPLE):
            return self.simple(node), True
        return self.left_out(node), True

    def simple(self, node: ast.stmt) -> list[ast.stmt]:
        doing = self.watch.doing(node)
        parts = [one for one in map(self.watch.doing, trees.expressions(node)) if one is not None]
        self.start = doing.start if doing is not None else min((one.start for one in parts), default=0)
        if self.is_own(node):
            slots = len(self.slots)
            if isinstance(node, ast.Assert):
                made: ast.AST = ast.Assert(self.tested(node.test), None)
            else:
                made = self.computed(node, opened=isinstance(node, ast.Expr))
            assert isinstance(made, ast.stmt)
            self.known |= bound_in([node])
            is_plain = slots == len(self.slots) and not isinstance(node, ast.Expr)
            if is_plain and doing is not None and not doing.writes & doing.alive:
                self.droppable.add(made)
            return [made]
        parts_of = [node.test] if isinstance(node, ast.Assert) else list(trees.expressions(node))
        asked = [value for one in parts_of for value in self.asked(one)]
        return [*asked, *self.left_out(node)]

    def asked(self, node: ast.expr) -> list[ast.stmt]:
        """Records of an expression of a statement that is left out; of a target only its subscripts."""
        match node:
            case ast.Name():
                return []
            case ast.Tuple(ctx=ast.Store()) | ast.List(ctx=ast.Store()):
                return [made for one in node.elts for made in self.asked(one)]
        return self.picked(node)

    def is_own(self, node: ast.stmt) -> bool:
        """Whether a simple statement only concerns this iteration, so that the shadow runs it too."""
        doing = self.watch.doing(node)
        if doing is None or trees.has_special(node) or not self.is_sound(doing):
            return False
        if doing.writes & self.kept & doing.alive:
            return False
        return all(name in self.known or name not in self.bound for name in self.read_in(node))

    def left_out(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement that the shadow does not run: what it writes and binds is not known from here on."""
        seen = self.watch.doing(node)
        for doing in [seen] if seen is not None else map(self.watch.doing, ast.walk(node)):
            if doing is not None:
                self.spoiled |= doing.outer | (doing.writes & doing.alive)
        self.known -= bound_in([node])
        self.cut = self.cut or trees.escapes(node)
        return []

    def branches(self, node: ast.If) -> tuple[list[ast.stmt], bool]:
        doing = self.watch.doing(node.test)
        self.start = doing.start if doing is not None else 0
        if not self.is_pure(node.test):
            return [*self.picked(node.test), *self.left_out(node)], True
        test = self.tested(node.test)
        before = set(self.known)
        then, through = self.block(node.body)
        after = self.known
        self.known = before
        other, passed = self.block(node.orelse)
        if through:
            self.known = self.known & after if passed else after
        return [ast.If(test, then or [ast.Pass()], other)], through or passed

    def turns(self, node: ast.For | ast.While) -> list[ast.stmt]:
        """An inner loop that both run: its slots have a value for each turn."""
        head = node.iter if isinstance(node, ast.For) else node.test
        doing = self.watch.doing(head)
        self.start = doing.start if doing is not None else 0
        if not self.is_pure(head) or self.cut:
            return [*self.picked(head), *self.left_out(node)]
        heads = len(self.slots)
        first = self.computed(head) if isinstance(node, ast.For) else None
        slots, before, outer = len(self.slots), set(self.known), getattr(self, "ends", [])
        lost: Known = set()
        self.depth += 1
        for _ in range(ROUNDS):
            del self.slots[slots:]
            was = (set(lost), set(self.spoiled), set(self.kept))
            self.ends, self.known = [], before - lost
            made = self.turn(node, first)
            self.ends.append(set(self.known))
            lost |= before - self.ends[0].intersection(*self.ends[1:])
            if self.cut or made is None or was == (lost, self.spoiled, self.kept):
                break
        else:
            made = None
        self.depth -= 1
        self.ends, self.known = outer, before - lost
        if made is None or self.cut:
            self.cut = False
            del self.slots[slots:]
            asked: list[ast.stmt] = [ast.Expr(first)] if isinstance(first, ast.expr) and slots > heads else []
            return [*asked, *self.left_out(node)]
        made.orelse, _ = self.block(node.orelse)
        self.known &= before
        return [made]

    def turn(self, node: ast.For | ast.While, first: ast.AST | None) -> ast.For | ast.While | None:
        """One turn of an inner loop, with what is known when it begins."""
        if isinstance(node, ast.While):
            if not self.is_pure(node.test):
                return None
            test = self.tested(node.test)
            body, goes_on = self.block(node.body)
            made: ast.For | ast.While = ast.While(test, body or [ast.Pass()], [])
        else:
            own = {name for name, _ in targets(node.target)}
            if not own or any(
                not isinstance(one, ast.Name | ast.Tuple | ast.List | ast.Starred)
                for one in parts(node.target)
            ):
                return None
            self.known |= own
            target = trees.rebuilt(node.target, {})
            body, goes_on = self.block(node.body)
            made = ast.For(target, first, body or [ast.Pass()], [])  # type: ignore[arg-type]
        del goes_on
        return made


def parts(target: ast.expr) -> list[ast.expr]:
    """The nodes of a target."""
    match target:
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return [target, *(inner for one in elts for inner in parts(one))]
        case ast.Starred(value=value):
            return [target, *parts(value)]
    return [target]
