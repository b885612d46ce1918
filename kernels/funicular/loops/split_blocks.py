"""Inner loops and ``try`` statements as one slot: their value is the names that they leave."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from funicular.loops import split_trees as trees
from funicular.loops.scope import bound_in
from funicular.loops.split_plan import Slot
from funicular.loops.split_values import RECORD, SplitValues

UNFIT = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.With,
    ast.Global,
)
UNFIT += (ast.Nonlocal, ast.Delete, ast.Return, ast.Match, ast.AsyncFor, ast.AsyncWith)  # type: ignore[assignment]
MAKERS = frozenset(
    ["list", "dict", "set", "zeros", "ones", "empty", "full", "zeros_like", "ones_like", "defaultdict"]
)


class SplitBlocks(SplitValues):
    """Adds statements that become one slot."""

    def whole(self, node: ast.stmt) -> list[ast.stmt] | None:
        """The statement and the record of the names that it leaves; None when it is not one for a slot."""
        doing = self.watch.doing(node)
        if self.cut or doing is None:
            return None
        self.start = doing.start
        if not self.is_sound(doing) or doing.writes & self.kept & doing.alive:
            return None
        if any(isinstance(one, (*UNFIT, *trees.SPECIAL)) for one in ast.walk(node)) or trees.escapes(node):
            return None
        if isinstance(node, ast.Try) and not trees.is_heavy(node):
            return None
        own = bound_in([node])
        read = self.read_in(node)
        folds = self.watch.trail.folds
        for name in read & self.bound - self.known:
            if name not in own or name in folds:
                return None
        changed = doing.writes & doing.alive
        reached = self.watch.names.get(node, {})
        owners = {name for name, roots in reached.items() if roots & changed}
        owners |= {name for name in own & self.known if reached.get(name)}
        if any(not self.is_unshared(name, node) for name in owners):
            return None
        handlers = {one.name for one in ast.walk(node) if isinstance(one, ast.ExceptHandler)}
        names = tuple(name for name in stored(node) if name in own - handlers)
        if not self.binds_in_order(node, set(names) - self.known):
            return None
        names = (*names, *sorted(owners - set(names)))
        if not names:
            return None
        self.slots.append(Slot(len(self.slots), node, names, bool(self.depth)))
        self.kept |= changed | frozenset(root for name in names for root in reached.get(name, ()))
        self.known |= set(names)
        value = ast.Tuple([ast.Name(name, ast.Load()) for name in names], ast.Load())
        call = ast.Call(ast.Name(RECORD, ast.Load()), [ast.Constant(self.slots[-1].number), value], [])
        copy = trees.rebuilt(node, {})
        assert isinstance(copy, ast.stmt)
        return [copy, ast.Expr(call)]

    def binds_in_order(self, node: ast.stmt, new: set[str]) -> bool:
        """Whether names are first bound in the order of the text: of a module's names it is seen."""
        if not isinstance(self.watch.scope.node, ast.Module):
            return True
        places: dict[str, int] = {}
        for name, place in first_stores(node, 0):
            if name in new:
                places.setdefault(name, place)
        order = list(places.values())
        under = {place for place in order if place}
        return len(under) < 2 and order == sorted(order)

    def read_in(self, node: ast.AST) -> set[str]:
        """Names that a statement reads, those that it updates included."""
        updated = {
            one.target.id
            for one in ast.walk(node)
            if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name)
        }
        return trees.free_names(node) | updated

    def is_unshared(self, name: str, before: ast.stmt) -> bool:
        """Whether a name got a new object in this iteration, and nothing else was done with it since."""
        if self.depth or not isinstance(self.loop, ast.For) or name not in self.known:
            return False
        here = (before.lineno, before.col_offset)
        used = [one for one in trees.mentions(self.loop.body, name) if (one.lineno, one.col_offset) < here]
        if len(used) != 1:
            return False
        for one in ast.walk(self.loop):
            match one:
                case ast.Assign(targets=[ast.Name() as target], value=value) if target is used[0]:
                    return is_new(value)
        return False


def stored(node: ast.AST) -> list[str]:
    """Names that are bound in a statement, in the order of the text."""
    return list(dict.fromkeys(name for name, _ in first_stores(node, 0)))


def first_stores(node: ast.AST, under: int) -> Iterator[tuple[str, int]]:
    """Each name that is bound, and the innermost branch or inner loop that it is bound under, 0 for none."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name, under
        case ast.Assign(targets=some, value=value):
            for part in [value, *some]:
                yield from first_stores(part, under)
        case ast.For() | ast.While():
            if isinstance(node, ast.For):
                yield from first_stores(node.target, under)
            for one in node.body:
                match one:
                    case ast.If() | ast.For() | ast.While() | ast.Try():
                        yield from first_stores(one, id(one) if not isinstance(one, ast.If) else under)
                    case _:
                        yield from first_stores(one, under)
            for one in node.orelse:
                yield from first_stores(one, id(node.orelse))
        case ast.If():
            for body in (node.body, node.orelse):
                for one in body:
                    yield from first_stores(one, id(body))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() | ast.Lambda():
            return
        case ast.Try():
            for body in (node.body, node.orelse, node.finalbody, *(one.body for one in node.handlers)):
                for one in body:
                    yield from first_stores(one, id(body) if body is not node.body else under)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from first_stores(child, under)


def is_new(node: ast.expr) -> bool:
    """Whether an expression makes an object that nobody else can have, holding nothing of others."""
    match node:
        case ast.List(elts=elts) | ast.Set(elts=elts):
            return all(isinstance(one, ast.Constant) for one in elts)
        case ast.Dict(keys=keys, values=values):
            return all(isinstance(one, ast.Constant) for one in [*keys, *values])
        case ast.BinOp(left=ast.List() as left, op=ast.Mult()):
            return is_new(left)
        case ast.ListComp(elt=elt, generators=[_]):
            return isinstance(elt, ast.Constant) or is_new(elt)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            return name in MAKERS and (bool(args) == (name not in ("list", "dict", "set")))
    return False
