"""Puts the oracle's hooks into a program: around what loops walk, in comprehensions, and into reductions.

A reduction is a statement that may be redone in order from what each iteration contributes. Its target is
*covered* for a loop when every write to it in that loop's body is such a statement: then the contributions
are compared instead of the target. All else is compared as it is.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from tests.corpus.cases import places

PROBE = "__probe__"
Loop = ast.For | ast.AsyncFor | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
MUTATORS = {"append", "extend", "insert", "add", "update", "pop", "popitem", "remove", "discard", "clear"}
MUTATORS |= {"sort", "reverse", "setdefault", "appendleft", "popleft", "write"}
EAGER = {"next", "sum", "min", "max", "any", "all", "list", "tuple", "set", "frozenset", "dict", "sorted"}
SIMPLE = (ast.Name, ast.Constant, ast.Tuple, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp)


@dataclass
class Site:
    """One loop of the program.

    covered: dotted names of the targets that reductions in its body write.
    leaves: why it can end early (``break``, ``return``, ``yield``, ...), else empty.
    is_lazy_end: whether its consumer may stop early and still be redone (``any``, ``all``).
    is_lazy: a generator whose consumer does other things in between (``for x in (...)``).
    bound: names that the loop binds; others: those that it writes into, not by reductions alone.
    mixed: of the covered ones, those that plain slots are written to as well: these are redone in order too.
    logs: numbers of the contributions in its body.
    """

    line: int
    place: int
    node: Loop
    covered: frozenset[str] = frozenset()
    leaves: str = ""
    is_lazy_end: bool = False
    is_lazy: bool = False
    bound: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    mixed: frozenset[str] = frozenset()
    logs: set[int] = field(default_factory=set)  # also of the names that it binds


def instrument(text: str) -> tuple[ast.Module, list[Site]]:
    """The program with hooks ``__probe__.items/elt/log``, and its loops in reading order."""
    tree = ast.parse(text)
    found = places(text)
    by_position = {(type(node), *_span(node)): (line, place) for line, place, node in found}
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    sites = []
    for node in ast.walk(tree):
        if isinstance(node, Loop):
            sites.append(_site(node, *by_position[type(node), *_span(node)], parents))
    sites.sort(key=lambda site: (site.line, site.place))
    numbers = {site.node: number for number, site in enumerate(sites)}
    tree = _Hooks(numbers, sites).visit(tree)
    return ast.fix_missing_locations(tree), sites


def _span(node: ast.AST) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]


def _site(node: Loop, line: int, place: int, parents: dict[ast.AST, ast.AST]) -> Site:
    if isinstance(node, COMPREHENSIONS):
        parent = parents[node]
        called = parent.func if isinstance(parent, ast.Call) else None
        caller = called.id if isinstance(called, ast.Name) else ""
        is_eaten = caller in EAGER or isinstance(called, ast.Attribute)
        bound = frozenset(n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
        is_lazy = isinstance(node, ast.GeneratorExp) and not is_eaten
        return Site(line, place, node, is_lazy_end=caller in ("any", "all"), is_lazy=is_lazy, bound=bound)
    body = ast.Module(node.body, [])
    reductions: dict[str, list[ast.stmt]] = {}
    inside: set[ast.AST] = set()
    for statement in ast.walk(body):
        if isinstance(statement, ast.stmt) and statement not in inside and (form := reduction(statement)):
            for root in form.roots:
                reductions.setdefault(root, []).append(statement)
            inside |= set(ast.walk(statement)) - {statement}
    done = {child for group in reductions.values() for one in group for child in ast.walk(one)}
    stores = {
        root: one for one in ast.walk(body) if one not in done and (root := _stored_into(one)) in reductions
    }
    mixed_done = done | {
        child for one in ast.walk(body) if _stored_into(one) in stores for child in ast.walk(one)
    }
    written_to = _written(ast.Module([ast.Expr(node.target)], []), set())
    others = _written(body, done) | written_to
    mixed = frozenset(stores) - _written(body, mixed_done) - written_to
    covered = frozenset(root for root in reductions if root not in others) | mixed
    bound = frozenset(
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )
    return Site(
        line,
        place,
        node,
        covered,
        _leaves(node),
        bound=bound,
        others=_written(body, done, is_into=True) - mixed,
        mixed=mixed,
    )


def _stored(target: ast.expr) -> frozenset[str]:
    nodes = ast.walk(target)
    return frozenset(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _stored_into(node: ast.AST) -> str:
    """The name of the container in ``h[k] = v``; empty for other statements."""
    match node:
        case ast.Assign(targets=[ast.Subscript() as target]):
            return dotted(target)
    return ""


def _written(body: ast.AST, done: set[ast.AST], *, is_into: bool = False) -> frozenset[str]:
    """Dotted names that other nodes than ``done`` write; is_into: their objects, not the names."""
    names: set[str] = set()
    for node in ast.walk(body):
        if node in done:
            continue
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if not is_into:
                names.add(name)
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                names |= {root_of(node), dotted(node)}
            case ast.Call(func=ast.Attribute(value=base, attr=attr)) if attr in MUTATORS:
                names |= {root_of(base), dotted(base)}
    return frozenset(names)


def _leaves(loop: ast.For | ast.AsyncFor) -> str:
    if isinstance(loop, ast.AsyncFor):
        return "async for"
    stack: list[tuple[ast.AST, bool]] = [(child, False) for child in loop.body]
    while stack:
        node, is_inner = stack.pop()
        match node:
            case ast.FunctionDef() | ast.Lambda() | ast.ClassDef() | ast.AsyncFunctionDef():
                continue
            case ast.Return() | ast.Yield() | ast.YieldFrom() | ast.Await():
                return type(node).__name__.lower()
            case ast.Break() if not is_inner:
                return "break"
            case ast.For() | ast.While():
                stack += [(child, True) for child in node.body] + [(child, is_inner) for child in node.orelse]
            case _:
                stack += [(child, is_inner) for child in ast.iter_child_nodes(node)]
    return ""


def dotted(node: ast.AST) -> str:
    """``self.total[k]`` -> ``self.total``; empty where there is no such name."""
    while isinstance(node, ast.Subscript):
        node = node.value
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def root_of(node: ast.AST) -> str:
    """``self.total[k]`` -> ``self``."""
    return dotted(node).partition(".")[0]


@dataclass
class Form:
    """A reduction: its targets, the expressions that it contributes (by id), and those to log beforehand."""

    roots: tuple[str, ...]
    logged: tuple[ast.expr, ...]
    first: tuple[ast.expr, ...] = ()
    is_one: bool = False  # branches that contribute the same


def reduction(node: ast.stmt) -> Form | None:
    """The reduction that a statement is, if it is one."""
    match node:
        case ast.AugAssign(target=target, value=value):
            return _form(target, (value,))
        case ast.Assign(targets=[target], value=ast.BinOp(left=ast.BinOp())) if (
            terms := _chain(node.value, target)
        ) and not any(_mentions(one, target) for one in terms):
            return _form(target, tuple(terms))
        case ast.Assign(
            targets=[target], value=ast.BinOp(left=left, op=ast.Add() | ast.Mult() | ast.Sub(), right=right)
        ):
            if _same(left, target) and not _mentions(right, target):
                return _form(target, (right,))
            if (
                _same(right, target)
                and not _mentions(left, target)
                and not isinstance(node.value.op, ast.Sub)
            ):
                return _form(target, (left,))
            if _is_own_get(left, target):
                return _form(target, (right,))
        case ast.Assign(
            targets=[target], value=ast.Call(func=ast.Name(id="min" | "max"), args=[one, two], keywords=[])
        ):
            for mine, other in ((one, two), (two, one)):
                if _same(mine, target) and not _mentions(other, target):
                    return _form(target, (other,))
        case ast.Assign(
            targets=[ast.Name() as target],
            value=ast.IfExp(test=ast.Compare(left=left, comparators=[right]), body=one, orelse=two),
        ):
            for mine, other in ((one, two), (two, one)):
                is_same = {ast.dump(left), ast.dump(right)} == {_text(mine), _text(other)}
                if is_same and _same(mine, target) and not _mentions(other, target):
                    return Form((target.id,), (other,))
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=base, attr="append" | "add" | "extend"), args=[value])
        ):
            match base:
                case ast.Subscript(value=ast.Name() | ast.Attribute(), slice=ast.Slice()):
                    return None
                case ast.Subscript(value=ast.Name() | ast.Attribute()):
                    return Form((dotted(base),), (value, base.slice))
                case ast.Call(
                    func=ast.Attribute(value=ast.Name() as owner, attr="setdefault"), args=[key, _]
                ):
                    return Form((owner.id,), (value, key))
        case ast.If(
            test=ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)])
        ):
            return _by_key(node, key, name)
        case ast.If(orelse=[]):
            return _argbest(node)
    return None


def _chain(node: ast.expr, target: ast.expr) -> list[ast.expr]:
    """``target + a + b - c`` -> a, b, c; empty where it does not begin with the target."""
    terms = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        terms.insert(0, node.right)
        node = node.left
    return terms if _same(node, target) or _is_own_get(node, target) else []


def _is_own_get(node: ast.expr, target: ast.expr) -> bool:
    """``h.get(k, 0)`` where the target is ``h[k]``."""
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr="get"), args=[key, _]):
            is_slot = isinstance(target, ast.Subscript)
            return is_slot and _same(base, target.value) and _same(key, target.slice)
    return False


def _form(target: ast.expr, logged: tuple[ast.expr, ...]) -> Form | None:
    keys = []
    base: ast.expr = target
    while isinstance(base, ast.Subscript):
        keys.append(base.slice)
        base = base.value
    name = dotted(base)
    return Form((name,), (*logged, *keys)) if name else None


def _by_key(node: ast.If, key: ast.expr, name: str) -> Form | None:
    """``if k in h: h[k] += v else: h[k] = v`` and ``if k not in h: h[k] = <empty>``."""
    logged: list[ast.expr] = []
    is_in = isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], ast.In)
    present, absent = (node.body, node.orelse) if is_in else (node.orelse, node.body)
    for statement in absent:
        match statement:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=root), slice=where)], value=value):
                if root != name or not _same(where, key) or name in _names(value):
                    return None
                is_empty = isinstance(value, ast.Constant) or not any(_names(value))
                if not is_empty or present:
                    logged.append(
                        value.elts[0] if isinstance(value, ast.List) and len(value.elts) == 1 else value
                    )
            case _:
                return None
    for statement in present:
        form = reduction(statement) if not isinstance(statement, ast.If) else None
        if form is None or form.roots != (name,):
            return None
        logged.append(form.logged[0])
    return Form((name,), (key, *logged), is_one=True)


def _argbest(node: ast.If) -> Form | None:
    """``if v < best: best, where = v, i``, also with ``best is None or``."""
    test = node.test
    none_of = ""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) and len(test.values) == 2:
        match test.values:
            case [ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]), compare]:
                none_of, test = dotted(left), compare
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    if not isinstance(test.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        return None
    assigned: list[tuple[str, ast.expr]] = []
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                assigned.append((name, value))
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(
                names
            ) == len(values) and all(isinstance(one, ast.Name) for one in names):
                assigned += [(one.id, value) for one, value in zip(names, values, strict=True)]  # type: ignore[attr-defined]
            case _:
                return None
    roots = tuple(name for name, _ in assigned)
    for best, other in ((test.left, test.comparators[0]), (test.comparators[0], test.left)):
        if not isinstance(best, ast.Name) or best.id not in roots or (none_of and none_of != best.id):
            continue
        payload = [value for _, value in assigned]
        wanted = next(value for name, value in assigned if name == best.id)
        if not _same(wanted, other) or any(set(roots) & _names(value) for value in [other, *payload]):
            continue
        if all(_is_simple(value) or _same(value, other) for value in payload):
            return Form(roots, (), (other, *payload))
    return None


def _is_simple(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="copy"), args=[]):
            return True
        case ast.Call(
            func=ast.Name(id="len" | "int" | "float" | "str" | "abs" | "round" | "list"), args=[value]
        ):
            return _is_simple(value)
    return isinstance(node, SIMPLE) and not any(isinstance(child, ast.Call) for child in ast.walk(node))


def _text(node: ast.expr) -> str:
    return ast.dump(node).replace("Store()", "Load()")


def _same(left: ast.expr, right: ast.expr) -> bool:
    return _text(left) == _text(right)


def _mentions(node: ast.expr, target: ast.expr) -> bool:
    return any(isinstance(child, ast.expr) and _same(child, target) for child in ast.walk(node))


def _names(node: ast.expr) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


class _Hooks(ast.NodeTransformer):
    def __init__(self, numbers: dict[ast.AST, int], sites: list[Site]) -> None:
        self.numbers, self.sites = numbers, sites
        self.stack: list[int] = []
        self.log_number = 0
        self.parts: set[ast.AST] = set()
        self.logged: dict[ast.AST, int] = {}

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, Loop):
            return self._loop(node)
        if isinstance(node, ast.stmt) and self.stack and node not in self.parts and (form := reduction(node)):
            number = self._new_log()
            for expression in form.logged:
                self.logged.setdefault(expression, number if form.is_one else self._new_log())
            if form.is_one:
                self.parts |= set(ast.walk(node))
            if form.first and isinstance(node, ast.If):
                number = self._new_log()
                parts = ast.Tuple([_copied(one) for one in form.first], ast.Load())
                node.test = ast.Subscript(
                    ast.Tuple([_hook("log", number, parts), self.visit(node.test)], ast.Load()),
                    ast.Constant(1), ast.Load(),
                )  # fmt: skip
                node.body = self._all(node.body)
                return node
        match node:
            case ast.AugAssign(target=ast.Subscript(value=ast.Name() as base) as target) if self.stack:
                target.value = _hook("touch", self._new_log(), base)
        if isinstance(node, ast.Assign) and (root := _stored_into(node)) and self._is_mixed(root):
            form = _form(node.targets[0], (node.value,))
            for expression in form.logged if form else ():
                self.logged.setdefault(expression, self._new_log(root))
        number = self.logged.get(node)
        changed = self.generic_visit(node)
        if isinstance(node, ast.Assign) and self.stack:
            self._note_slots(node.targets)
            return [changed, self._bound(*node.targets)]  # type: ignore[return-value]
        return changed if number is None else _hook("log", number, changed)

    def _all(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for one in body:
            changed: Any = self.visit(one)
            found += changed if isinstance(changed, list) else [changed]
        return found

    def _note_slots(self, targets: list[ast.expr]) -> None:
        """The slots that get a value, be it the one that was there."""
        for target in targets:
            if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
                number = self._new_log()
                target.value = _hook("into", number, target.value)
                target.slice = _hook("at", number, target.slice)

    def _bound(self, *targets: ast.expr) -> ast.stmt:
        names = sorted(frozenset().union(*map(_stored, targets)))
        return ast.Expr(_hook("bound", self._new_log(), ast.Constant(tuple(names))))

    def _is_mixed(self, root: str) -> bool:
        return any(root in self.sites[number].mixed for number in self.stack)

    def _new_log(self, mixed: str = "") -> int:
        """A number for the loops around; with ``mixed``, only for those that redo plain writes to it."""
        self.log_number += 1
        for number in self.stack:
            if not mixed or mixed in self.sites[number].mixed:
                self.sites[number].logs.add(self.log_number)
        return self.log_number

    def _loop(self, node: Loop) -> ast.AST:
        number = self.numbers[node]
        if isinstance(node, ast.AsyncFor):
            return self.generic_visit(node)
        if isinstance(node, ast.For):
            node.iter = _hook("items", number, self.visit(node.iter))
            self.stack.append(number)
            node.body = [self._bound(node.target), *self._all(node.body)]
            self.stack.pop()
            node.orelse = self._all(node.orelse)
            return node
        self.stack.append(number)
        node = self.generic_visit(node)  # type: ignore[assignment]
        self.stack.pop()
        node.generators[0].iter = _hook("items", number, node.generators[0].iter)
        if isinstance(node, ast.DictComp):
            node.key, node.value = _hook("elt", number, node.key), _hook("elt", number, node.value)
        else:
            node.elt = _hook("elt", number, node.elt)
        return node


def _copied(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


def _hook(name: str, number: int, value: ast.AST) -> ast.Call:
    called = ast.Attribute(ast.Name(PROBE, ast.Load()), name, ast.Load())
    return ast.Call(called, [ast.Constant(number), value], [])
