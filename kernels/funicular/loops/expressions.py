"""What expressions may be, and which objects they read: an evaluator that runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from funicular.loops import iterables
from funicular.loops.polynomial import Poly, constant, symbol
from funicular.loops.program import (
    BUILTINS,
    CUSTOMARY,
    Program,
    Where,
    library_value,
    part,
    referred,
    unpacked,
)
from funicular.loops.purity.table import tables
from funicular.loops.scope import Function, Scope
from funicular.loops.trail import Access, Hazard, Trail
from funicular.loops.values import (
    IMMUTABLE,
    NONE,
    NUMBER,
    REFERENCE,
    SOMEWHERE,
    TEXT,
    UNKNOWN,
    Path,
    Place,
    Root,
    Step,
    Value,
    join,
)

BUDGET = 12_000  # nodes walked for one loop, called functions included
AFFIX = "'"  # symbols of fixed text begin so: no name does
DEEPEST = 14  # calls inside of calls

DUNDERS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Add: ("__add__", "__radd__", "__iadd__"),
    ast.Sub: ("__sub__", "__rsub__", "__isub__"),
    ast.Mult: ("__mul__", "__rmul__", "__imul__"),
    ast.Div: ("__truediv__", "__rtruediv__", "__itruediv__"),
    ast.FloorDiv: ("__floordiv__", "__rfloordiv__"),
    ast.Mod: ("__mod__", "__rmod__"),
    ast.Pow: ("__pow__", "__rpow__"),
    ast.MatMult: ("__matmul__", "__rmatmul__"),
    ast.BitAnd: ("__and__",),
    ast.BitOr: ("__or__",),
    ast.BitXor: ("__xor__",),
    ast.Eq: ("__eq__",),
    ast.NotEq: ("__ne__", "__eq__"),
    ast.Lt: ("__lt__", "__gt__"),
    ast.Gt: ("__gt__", "__lt__"),
    ast.LtE: ("__le__", "__ge__"),
    ast.GtE: ("__ge__", "__le__"),
    ast.In: ("__contains__", "__iter__"),
    ast.NotIn: ("__contains__", "__iter__"),
    ast.USub: ("__neg__",),
    ast.Not: ("__bool__", "__len__"),
}


class TooMuch(Exception):
    """The body calls more code than is worth reading."""


@dataclass(slots=True, eq=False)
class Frame:
    """A scope that is being walked. base: the loop's own scope, of which only the names in ``bound`` live here."""

    scope: Scope
    env: dict[str, tuple[Value, bool]] = field(default_factory=dict)
    base: bool = False
    bound: frozenset[str] = frozenset()
    returns: list[Value] = field(default_factory=list)
    function: Function | None = None


class Expressions:
    """Evaluates expressions in frames; what it meets goes to the trail while ``recording``."""

    def __init__(self, program: Program, scope: Scope, where: Where | None, *, recording: bool) -> None:
        self.program = program
        self.reader = program.reader
        self.where = where
        self.scope = scope
        self.recording = recording
        self.trail = Trail()
        self.frames: list[Frame] = [Frame(scope, base=True)]
        self.created: set[Root] = set()
        self.contents: dict[Root, Value] = {}
        self.guards: list[int] = []
        self.forks = 0
        self.budget = BUDGET if recording else BUDGET // 3
        self.stack: list[ast.AST] = []
        self.given: list[frozenset[Root]] = []  # for each call that is being walked: roots of its arguments
        self.symbol = "#"
        self.recursive: set[ast.AST] = set()

    # recording

    def record(
        self, mode: str, places: Iterable[tuple[Root, Path]], node: ast.AST, *, op: str = "", kind: str = "?"
    ) -> None:
        if not self.recording:
            return
        for root, path in places:
            if root in self.created:
                continue
            if mode in ("read", "length") and path and path[-1] == REFERENCE:
                path = path[:-1]
            deep = bool(self.stack)
            if deep and mode not in ("read", "length"):
                if not any(root in given for given in self.given):
                    code = "mutable-default" if root.what == "default" else "global-state"
                    self.hazard(code, node, root.label or "an object outside of the function")
                    continue
                last = max((i for i, step in enumerate(path) if step.what == "field"), default=None)
                if mode != "write" or last is not None:
                    mode, path = "change", path if last is None else path[: last + 1]
            self.trail.accesses.append(Access(mode, root, path, op, node, deep, tuple(self.guards), kind))

    def hazard(self, code: str, node: ast.AST, what: str = "") -> None:
        if self.recording:
            self.trail.hazards.append(Hazard(code, node, what))

    def read(self, value: Value, node: ast.AST) -> None:
        """The value is used as a whole."""
        if not self.recording or value.immutable:
            return
        self.record("read", value.places, node, kind=value.kind)
        for inner in (value.elem, *value.parts):
            if inner is not None:
                self.read(inner, node)
        for root, _ in value.places:
            if root in self.contents:
                held = self.contents[root]
                self.record("read", held.places, node, kind=held.kind)

    def use(self, node: ast.expr) -> Value:
        """Evaluate an expression whose value is needed now."""
        value = self.value(node)
        self.read(value, node)
        return value

    def site(self, node: ast.AST, kind: str, elem: Value | None = None) -> Value:
        """A new object, made by ``node``."""
        root = Root("site", id(node))
        self.created.add(root)
        return Value(kind, frozenset({(root, ())}), elem)

    def keep(self, container: Value, held: Value) -> None:
        """``held`` is put into ``container``: what is later taken out of it may be ``held``."""
        inner = held if held.places else held.elem
        if inner is None or inner.immutable or not inner.places:
            return
        for root, _ in container.places:
            before = self.contents.get(root)
            self.contents[root] = inner if before is None else join([before, inner])

    # names

    def find_frame(self, scope: Scope) -> Frame | None:
        return next((one for one in reversed(self.frames) if one.scope is scope), None)

    def read_name(self, name: str, node: ast.AST) -> Value:
        here = self.frames[-1].scope
        home = here.home(name)
        if home is None and name in here.outside and name in self.program.module.bindings:
            home = self.program.module
        if home is None:
            return self.undefined(name)
        frame = self.find_frame(home)
        if name in BUILTINS and home is self.program.module and self.where is not None and home is self.scope:
            if not self.program.bound_before(home, name, self.where) and (
                frame is None or name not in frame.bound
            ):
                return self.undefined(name)
        if frame is not None and (not frame.base or name in frame.bound):
            value, certain = frame.env.get(name, (UNKNOWN, False))
            if frame.base and not certain:
                self.carried(name, node)
                before = self.program.lookup(home, name, self.where)
                return replace(join([before, value]) if name in frame.env else before, poly=None, varies=True)
            return value
        where = self.where if home is self.scope else None
        value = settled(self.program.lookup(home, name, where))
        if value.kind in ("number", "?", "text") and (value.poly is None or value.poly.number is None):
            return replace(value, poly=symbol(name if home is self.scope else name + "^"))
        return value

    def carried(self, name: str, node: ast.AST) -> None:
        if self.recording:
            self.trail.carried.append((name, node))

    def undefined(self, name: str) -> Value:
        if name in CUSTOMARY:
            return library_value(CUSTOMARY[name])
        for module in self.scope_stars():
            if tables().function(f"{module}.{name}") is not None or tables().function(module) is not None:
                return library_value(f"{module}.{name}")
        if name in BUILTINS:
            return Value("function", calls=frozenset({("builtin", name)}))
        if self.scope_stars():
            return Value("foreign", calls=frozenset({("unknown", name)}))
        value = Value(places=frozenset({(Root("name", name, name), ())}), poly=symbol(name))
        return self.program.with_facts(name, value)

    def scope_stars(self) -> list[str]:
        return self.program.module.stars

    def write_name(self, name: str, value: Value, node: ast.AST) -> None:
        frame = self.frames[-1]
        while isinstance(frame.scope.node, ast.expr) and not isinstance(frame.scope.node, ast.Lambda):
            if name in frame.scope.bindings and name in frame.bound:
                frame.env[name] = (value, True)
                return
            index = self.frames.index(frame)
            if index == 0:
                break
            frame = self.frames[index - 1]
        if name in frame.scope.outside:
            self.hazard("global-state", node, name)
        frame.env[name] = (value, True)
        if frame.base and self.recording:
            self.trail.plain.setdefault(name, []).append(node)

    def bind(self, target: ast.expr, value: Value, node: ast.AST) -> None:
        """Give a target its value."""
        match target:
            case ast.Name(id=name):
                self.write_name(name, value, node)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                self.record("read", value.places, node, kind=value.kind)
                if not value.parts:
                    self.read(value, node)
                star = False
                for index, elt in enumerate(elts):
                    star = star or isinstance(elt, ast.Starred)
                    if isinstance(elt, ast.Starred):
                        rest = part(value, SOMEWHERE)
                        self.bind(elt.value, replace(self.site(elt, "list"), elem=rest), node)
                    else:
                        self.bind(elt, unpacked(value, (-1 if star else index,)), node)
            case ast.Starred(value=inner):
                self.bind(inner, value, node)
            case ast.Subscript() | ast.Attribute():
                self.store(target, value)

    def store(self, target: ast.expr, value: Value, *, mode: str = "write", op: str = "") -> None:
        """A slot or attribute of an object gets a value."""
        if not isinstance(target, ast.Subscript | ast.Attribute):
            return
        base = self.value(target.value)
        if isinstance(target, ast.Subscript):
            steps = self.steps(target.slice)
            if base.kind == "environ":
                self.hazard("environment", target, "os.environ")
            self.dunder(base, ("__setitem__",), target)
        else:
            steps = (Step("field", text=target.attr),)
            self.setter(base, target)
        self.read(value, target)
        self.late(value, base, target)
        elem = base.elem
        places = base.at(*steps)
        if elem is not None and len(steps) and elem.places and mode == "write" and len(base.places) == 0:
            places = frozenset()
        if base.kind == "class":
            places = frozenset({(Root("class", next(iter(base.calls))[1], ast.unparse(target.value)), steps)})
        if base.kind in ("module", "foreign"):
            self.hazard("global-state", target, ast.unparse(target.value))
        if not places and not base.places and base.kind not in ("class", "module"):
            self.hazard("unknown-object", target, ast.unparse(target.value))
        self.record(mode, places, target, op=op, kind=base.kind)
        self.keep(base, value)

    def late(self, value: Value, container: Value, node: ast.AST) -> None:
        """A function that is kept looks its names up later, when the loop has given them other values."""
        if not self.recording or all(root in self.created for root, _ in container.places):
            return
        if value.kind == "iterator":
            self.hazard("lazy-generator", node, "an iterator that is kept")
        for how, callee in value.calls:
            if how == "def" and isinstance(callee, ast.Lambda | ast.FunctionDef):
                free = {
                    one.id
                    for one in ast.walk(callee)
                    if isinstance(one, ast.Name) and one.id not in self.reader.scopes[callee].bindings
                }
                if free & self.frames[0].bound:
                    self.hazard("late-binding", node, ", ".join(sorted(free & self.frames[0].bound)))

    # expressions

    def value(self, node: ast.expr) -> Value:
        self.budget -= 1
        self.program.budget -= 1
        if self.budget < 0 or self.program.budget < 0:
            raise TooMuch
        method = getattr(self, "_" + type(node).__name__, None)
        if method is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.use(child)
            return UNKNOWN
        result: Value = method(node)
        return result

    def _Constant(self, node: ast.Constant) -> Value:
        match node.value:
            case bool() | float() | complex():
                return NUMBER
            case int() as number:
                return replace(NUMBER, poly=constant(number))
            case str():
                return TEXT
            case bytes():
                return Value("bytes")
            case None:
                return NONE
        return UNKNOWN

    def _Name(self, node: ast.Name) -> Value:
        return self.read_name(node.id, node)

    def _NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        self.bind(node.target, value, node)
        return value

    def _Starred(self, node: ast.Starred) -> Value:
        return self.use(node.value)

    def _JoinedStr(self, node: ast.JoinedStr) -> Value:
        varies = False
        values = []
        for one in node.values:
            if isinstance(one, ast.FormattedValue):
                value = self.use(one.value)
                values.append(value)
                varies = varies or value.varies
                self.dunder(value, ("__str__", "__format__", "__repr__"), one)
        poly = None
        if len(values) == 1 and values[0].poly is not None:
            fixed = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
            poly = values[0].poly + symbol(AFFIX + fixed)
        return replace(TEXT, poly=poly, varies=varies)

    def _UnaryOp(self, node: ast.UnaryOp) -> Value:
        value = self.use(node.operand)
        self.dunder(value, DUNDERS.get(type(node.op), ()), node)
        if isinstance(node.op, ast.USub) and value.poly is not None:
            return replace(NUMBER, poly=-value.poly, varies=value.varies)
        return Value(
            "number" if isinstance(node.op, ast.Not) or value.kind == "number" else "?", varies=value.varies
        )

    def _BinOp(self, node: ast.BinOp) -> Value:
        left, right = self.use(node.left), self.use(node.right)
        self.dunder(left, DUNDERS.get(type(node.op), ()), node)
        self.dunder(right, DUNDERS.get(type(node.op), ()), node)
        return self.combined(node, node.op, left, right)

    def combined(self, node: ast.AST, op: ast.operator, left: Value, right: Value) -> Value:
        """The value of ``left op right``."""
        varies = left.varies or right.varies
        if left.kind == "text" or right.kind == "text":
            return replace(TEXT, poly=affixed(node, left, right), varies=varies)
        poly = self.arithmetic(node, op, left, right, varies)
        kinds = {left.kind, right.kind} - {"none"} or {"?"}
        if kinds == {"number"}:
            return replace(NUMBER, poly=poly, varies=varies)
        if "path" in kinds:
            return Value("path", varies=varies)
        if kinds & {"list", "tuple"} and isinstance(op, ast.Add | ast.Mult):
            inner = [part(one, SOMEWHERE) for one in (left, right) if one.kind in ("list", "tuple", "?")]
            if isinstance(op, ast.Mult):
                inner = [part(one, SOMEWHERE) for one in (left, right) if one.kind in ("list", "tuple")]
                owned = [one for one in (left, right) if one.kind in ("list", "tuple")][0]
                if owned.elem is not None and not owned.elem.immutable:
                    shared = frozenset((Root("site", ("shared", id(node))), ()) for _ in (0,))
                    inner = [replace(one, places=shared) for one in inner]
            return replace(self.site(node, "list"), elem=join(inner), varies=varies)
        made = self.site(node, "array" if "array" in kinds else "frame" if "frame" in kinds else "?")
        holds = None
        if kinds <= {"?", "foreign"} and isinstance(op, ast.Add) and poly is None:
            holds = None
        return replace(made, poly=poly, varies=varies, elem=holds)

    def arithmetic(
        self, node: ast.AST, op: ast.operator, left: Value, right: Value, varies: bool
    ) -> Poly | None:
        if left.poly is not None and right.poly is not None:
            if isinstance(op, ast.Add):
                return left.poly + right.poly
            if isinstance(op, ast.Sub):
                return left.poly - right.poly
            if isinstance(op, ast.Mult):
                return left.poly * right.poly
            numbers = (left.poly.number, right.poly.number)
            if numbers[0] is not None and numbers[1]:
                if isinstance(op, ast.FloorDiv):
                    return constant(numbers[0] // numbers[1])
                if isinstance(op, ast.Mod):
                    return constant(numbers[0] % numbers[1])
            names = left.poly.names | right.poly.names
            if not varies and not any(name.startswith("#") for name in names):
                return symbol(ast.unparse(node))
        return None

    def _BoolOp(self, node: ast.BoolOp) -> Value:
        values = [self.use(node.values[0])]
        with self.guarded():
            values += [self.use(one) for one in node.values[1:]]
        return replace(join(values), poly=None)

    def _Compare(self, node: ast.Compare) -> Value:
        values = [self.value(one) for one in [node.left, *node.comparators]]
        for index, op in enumerate(node.ops):
            left, right = values[index], values[index + 1]
            if isinstance(op, ast.Is | ast.IsNot):
                continue
            if isinstance(op, ast.In | ast.NotIn) and right.kind in ("dict", "set"):
                steps = self.keys(node.left if index == 0 else None, left)
                self.record("read", right.at(*steps), node, kind=right.kind)
                self.read(left, node)
            else:
                self.read(left, node)
                self.read(right, node)
                if isinstance(op, ast.In | ast.NotIn) and right.kind in ("iterator", "file"):
                    self.record("change", right.places, node, op="exhaust", kind=right.kind)
            self.dunder(left, DUNDERS.get(type(op), ()), node)
            self.dunder(right, DUNDERS.get(type(op), ()), node)
        kinds = {one.kind for one in values}
        kind = "array" if "array" in kinds else "?" if kinds & {"frame", "?"} else "number"
        return Value(kind, varies=any(one.varies for one in values))

    def _IfExp(self, node: ast.IfExp) -> Value:
        test = self.use(node.test)
        with self.guarded():
            found = join([self.value(node.body), self.value(node.orelse)])
        return replace(found, poly=None, varies=found.varies or test.varies)

    def _List(self, node: ast.List) -> Value:
        return self.display(node, "list", node.elts)

    def _Tuple(self, node: ast.Tuple) -> Value:
        values = [self.value(one) for one in node.elts]
        elem = join(values) if values else None
        parts = () if any(isinstance(one, ast.Starred) for one in node.elts) else tuple(values)
        return Value("tuple", elem=elem, parts=parts, varies=any(v.varies for v in values))

    def _Set(self, node: ast.Set) -> Value:
        return self.display(node, "set", node.elts)

    def display(self, node: ast.expr, kind: str, elts: Sequence[ast.expr]) -> Value:
        values = [self.value(one) for one in elts]
        constants = [one.value for one in elts if isinstance(one, ast.Constant)]
        distinct = len(constants) == len(elts) == len({repr(one) for one in constants})
        for one, element in zip(values, elts, strict=True):
            self.read(one, element)
        made = self.site(node, kind, self.owned(node, values))
        for one in values:
            self.keep(made, one)
        if kind == "set":
            distinct = True
        return replace(made, distinct=distinct, varies=any(v.varies for v in values))

    def owned(self, node: ast.AST, values: Sequence[Value]) -> Value | None:
        """Elements of a display: those that are made inside of it belong to it alone."""
        if not values:
            return None
        inside = {id(one) for one in ast.walk(node)}

        def outer(value: Value) -> Value:
            places = frozenset(
                (root, path) for root, path in value.places if root.what != "site" or root.key not in inside
            )
            elem = outer(value.elem) if value.elem is not None else None
            return replace(value, places=places, elem=elem, parts=tuple(outer(one) for one in value.parts))

        return join([outer(value) for value in values])

    def _Dict(self, node: ast.Dict) -> Value:
        values = []
        varies = False
        for key, one in zip(node.keys, node.values, strict=True):
            if key is not None:
                varies = self.use(key).varies or varies
                values.append(self.use(one))
            else:
                values.append(part(self.use(one), SOMEWHERE))
        made = self.site(node, "dict", self.owned(node, values))
        for value in values:
            self.keep(made, value)
        return replace(made, distinct=True, varies=varies or any(v.varies for v in values))

    def _Lambda(self, node: ast.Lambda) -> Value:
        return Value("function", calls=frozenset({("def", node)}))

    def _Await(self, node: ast.Await) -> Value:
        self.hazard("await", node, "await")
        self.use(node.value)
        return UNKNOWN

    def _Yield(self, node: ast.Yield) -> Value:
        if node.value is not None:
            value = self.use(node.value)
            self.frames[-1].returns.append(Value("iterator", elem=value))
        if not self.stack:
            self.hazard("yield", node, "yield")
        return UNKNOWN

    def _YieldFrom(self, node: ast.YieldFrom) -> Value:
        value = self.use(node.value)
        self.frames[-1].returns.append(Value("iterator", elem=part(value, SOMEWHERE)))
        if not self.stack:
            self.hazard("yield", node, "yield")
        return UNKNOWN

    def _Slice(self, node: ast.Slice) -> Value:
        for one in (node.lower, node.upper, node.step):
            if one is not None:
                self.use(one)
        return UNKNOWN

    # comprehensions inside of the body, or in what was made before the loop

    def _ListComp(self, node: ast.ListComp) -> Value:
        return self.comprehension(node, "list", [node.elt])

    def _SetComp(self, node: ast.SetComp) -> Value:
        return replace(self.comprehension(node, "set", [node.elt]), distinct=True)

    def _GeneratorExp(self, node: ast.GeneratorExp) -> Value:
        return self.comprehension(node, "iterator", [node.elt])

    def _DictComp(self, node: ast.DictComp) -> Value:
        return self.comprehension(node, "dict", [node.key, node.value])

    def comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        kind: str,
        elements: list[ast.expr],
    ) -> Value:
        scope = self.reader.scopes[node]
        frame = Frame(scope, bound=frozenset(scope.bindings))
        first = True
        distinct = len(node.generators) == 1
        varies = False
        for generator in node.generators:
            if generator.is_async:
                self.hazard("await", node, "async for")
            if first:
                turn = self.iterate(generator.iter, f"#{id(generator)}")
                self.frames.append(frame)
            else:
                turn = self.iterate(generator.iter, f"#{id(generator)}")
            first = False
            distinct = distinct and turn.distinct
            varies = varies or turn.value.varies or turn.varies
            self.bind(generator.target, turn.value, node)
            for test in generator.ifs:
                varies = self.use(test).varies or varies
        with self.guarded():
            values = [self.use(one) for one in elements]
        self.frames.pop()
        held = values[-1]
        same = isinstance(elements[0], ast.Name) and ast.dump(elements[0]) == ast.dump(
            _loaded(node.generators[0].target)
        )
        made = self.site(node, kind, self.owned(node, [held]))
        self.keep(made, held)
        return replace(
            made, distinct=(distinct and same) or kind in ("dict", "set"), varies=varies or held.varies
        )

    # attributes and subscripts

    def _Attribute(self, node: ast.Attribute) -> Value:
        base = self.value(node.value)
        name = node.attr
        if base.library:
            dotted = f"{base.library}.{name}"
            if dotted in ("os.environ", "sys.argv", "sys.stdin"):
                self.hazard("environment", node, dotted)
            return library_value(dotted)
        if base.kind in ("text", "number"):
            return Value("?", varies=base.varies)
        if name in ("loc", "iloc", "at", "iat") and base.kind in ("frame", "series", "?", "array"):
            return replace(base, places=base.at(Step("loc", text=name)), kind="frame")
        if name in ("shape", "size", "ndim", "dtype", "nbytes", "empty") and base.kind != "instance":
            self.record("length", base.places, node, kind=base.kind)
            known = symbol(ast.unparse(node)) if not base.varies and not self._local(base) else None
            elem = replace(NUMBER, varies=base.varies)
            if name in ("shape",):
                return Value("tuple", elem=elem, poly=known, varies=base.varies)
            return replace(NUMBER, poly=known, varies=base.varies)
        if name in ("T", "values", "flat", "real", "imag", "array") and base.kind != "instance":
            return Value("array", base.at(Step("view", text=name)), varies=base.varies)
        if name in ("columns", "index") and base.kind in ("frame", "?", "series"):
            self.record("length", base.places, node, kind=base.kind)
            return Value("series", elem=UNKNOWN, distinct=True, varies=base.varies)
        if name in ("str", "dt", "cat", "sparse", "plot") and base.kind in ("frame", "series", "?"):
            return replace(base, library="", kind="frame" if base.kind != "?" else "?")
        if name == "__class__":
            owners = frozenset(("class", owner) for owner in base.classes)
            return Value("class", calls=owners) if owners else Value("foreign")
        value = self.field_of(base, name, node)
        return replace(value, varies=base.varies)

    def _local(self, value: Value) -> bool:
        return any(root in self.created for root, _ in value.places)

    def field_of(self, base: Value, name: str, node: ast.expr) -> Value:
        """``base.name`` of an object: a property runs code, a plain attribute is a part."""
        found = [
            (owner, method)
            for owner, method in self.reader.methods.get(name, ())
            if not base.classes or owner in self.lineage(base.classes)
        ]
        if base.kind in ("?", "instance") and found:
            properties = [m for _, m in found if any("property" in ast.unparse(d) for d in m.decorator_list)]
            if properties:
                found_values = [
                    self.call_function(m, [base], {}, node) for m in properties if m not in self.stack
                ]
                return join(
                    [*found_values, Value("?", base.at(Step("field", text=name)))]
                    if base.kind == "?"
                    else found_values
                )
            return Value("?", calls=frozenset({("method", name)}))
        if base.kind in ("?", "instance", "class"):
            for dunder in ("__getattr__", "__getattribute__"):
                self.dunder(base, (dunder,), node)
        if base.kind == "class":
            owner = next(iter(base.calls))[1]
            return Value(
                "?", frozenset({(Root("class", owner, ast.unparse(node)), (Step("field", text=name),))})
            )
        places = base.at(Step("field", text=name))
        if base.kind != "instance" or (base.elem is not None and base.elem.places):
            places = referred(places)
        held = None
        if base.kind == "instance" and base.classes:
            shared = self.class_attribute(base, name)
            if shared is not None:
                places = places | shared
        value = Value("foreign" if base.kind == "foreign" else "?", places, held)
        kind = self.attribute_kind(base, name)
        if kind is not None:
            if kind.immutable:
                self.record("read", places, node, kind=base.kind)
                return kind
            value = replace(value, kind=kind.kind, elem=kind.elem, classes=kind.classes, calls=kind.calls)
            value = replace(value, places=value.places | kind.places)
        inner = [base.elem] if base.elem is not None and base.kind == "instance" else []
        inner += [self.contents[root] for root, _ in base.places if root in self.contents]
        if inner and not value.immutable:
            value = replace(value, places=value.places.union(*(one.places for one in inner)))
        return value

    def attribute_kind(self, base: Value, name: str) -> Value | None:
        """What ``self.name = ...`` in the methods of a class says of an attribute; its places are not given."""
        if base.kind != "instance":
            return None
        values = [
            self.seen_from_outside(self.outside_kind(method, statement), method, base)
            for owner in self.lineage(base.classes)
            for method, statement in self.reader.attributes.get((owner, name), ())
        ]
        if not values:
            return None
        return replace(join(values), poly=None, parts=())

    def seen_from_outside(self, value: Value, method: ast.FunctionDef, base: Value) -> Value:
        """What a method puts into an attribute: its own new objects are parts of the instance alone."""
        own = Root("param", (id(method), method.args.args[0].arg))
        places: set[Place] = set()
        for root, path in value.places:
            if root == own:
                places |= base.at(*path)
            elif root.what != "param" and not (root.what == "site" and self.within(root, base.classes)):
                places.add((root, path))
        return replace(value, places=frozenset(places))

    def within(self, root: Root, classes: Iterable[ast.ClassDef]) -> bool:
        """Whether an object is made in the methods of these classes: then each instance has its own."""
        bodies = {
            id(m.body)
            for owner in self.lineage(classes)
            for m in owner.body
            if isinstance(m, ast.FunctionDef)
        }
        return bool(bodies.intersection(self.program.blocks_of_site(root)))

    def outside_kind(self, method: ast.FunctionDef, statement: ast.Assign) -> Value:
        scope = self.reader.scopes[method]
        where = (self.reader.positions[statement], self.reader.blocks[statement])
        evaluate = self.program.evaluate
        return self.program.fixed(statement, lambda: evaluate(scope, where, statement.value, False))

    def class_attribute(self, base: Value, name: str) -> frozenset[tuple[Root, Path]] | None:
        """A mutable object in the class body is shared by all instances, unless ``self.name = ...`` hides it."""
        if self.attribute_kind(base, name) is not None:
            return None
        for owner in self.lineage(base.classes):
            for statement in owner.body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                        if not isinstance(value, ast.Constant):
                            return frozenset({(Root("class", owner, f"{owner.name}.{name}"), ())})
        return None

    def lineage(self, classes: Iterable[ast.ClassDef]) -> list[ast.ClassDef]:
        """Classes with their bases among the classes of these cells, nearest first."""
        found: list[ast.ClassDef] = []
        todo = list(classes)
        while todo:
            one = todo.pop(0)
            if one in found:
                continue
            found.append(one)
            for base in one.bases:
                todo += self.reader.classes.get(ast.unparse(base), [])
        return found

    def setter(self, base: Value, target: ast.Attribute) -> None:
        if base.kind in ("?", "instance"):
            self.dunder(base, ("__setattr__",), target)
            for owner, method in self.reader.methods.get(target.attr, ()):
                if (not base.classes or owner in self.lineage(base.classes)) and any(
                    ast.unparse(d).endswith(".setter") for d in method.decorator_list
                ):
                    self.hazard("property", target, target.attr)

    def _Subscript(self, node: ast.Subscript) -> Value:
        base = self.value(node.value)
        if base.kind == "module" or base.library:
            self.use(node.slice)
            if base.library.startswith("os.environ"):
                self.hazard("environment", node, "os.environ")
            return UNKNOWN
        steps = self.steps(node.slice)
        if base.kind == "foreign":
            self.hazard("unknown-call", node, f"{ast.unparse(node.value)}[...]")
        self.dunder(base, ("__getitem__", "__missing__"), node)
        return self.item(base, steps, node)

    def item(self, base: Value, steps: tuple[Step, ...], node: ast.AST) -> Value:
        """``base[steps]`` as a value."""
        if base.kind == "tuple" and base.parts and len(steps) == 1 and steps[0].low is not None:
            number = steps[0].low.number
            if number is not None and -len(base.parts) <= number < len(base.parts):
                self.record("read", base.at(*steps), node, kind=base.kind)
                return base.parts[number]
        if base.kind == "tuple" and base.poly is not None and len(steps) == 1:  # shape[0]
            return replace(NUMBER, poly=symbol(ast.unparse(node)), varies=base.varies)
        varies = base.varies or any(step.varies for step in steps)
        if len(steps) == 1 and steps[0].what == "span" and base.kind in ("list", "tuple", "text"):
            if base.kind == "text":
                return replace(TEXT, varies=varies)
            made = self.site(node, "list")
            self.record("read", base.at(steps[0]), node, kind=base.kind)
            return replace(made, elem=part(base, steps[0]), varies=varies, distinct=base.distinct)
        if any(step.text == "fancy" for step in steps) and base.kind in ("array", "series", "?"):
            self.record("read", base.at(*steps), node, kind=base.kind)
            return replace(self.site(node, base.kind), varies=varies)
        if base.kind not in ("array", "frame", "series") and any(step.what == "span" for step in steps):
            return Value("?", base.at(*steps), elem=base.elem, varies=varies)
        if base.kind in ("array", "frame", "series"):
            kind = base.kind if any(step.what == "span" for step in steps) else "?"
            if base.kind == "frame" and steps and steps[0].what == "key":
                kind = "series"
            if base.kind == "frame" and steps and steps[0].what in ("any", "span"):
                kind = "frame"
            return Value(kind, base.at(*steps), varies=varies, distinct=base.distinct and kind == "frame")
        value = base
        for step in steps:
            value = part(value, step)
        for root, _ in base.places:
            if root in self.contents and not value.immutable:
                value = replace(value, places=value.places | self.contents[root].places)
        if value.immutable:
            self.record("read", base.at(*steps), node, kind=base.kind)
        return replace(value, varies=varies)

    def steps(self, node: ast.expr) -> tuple[Step, ...]:
        """The steps that a subscript takes; its parts are used."""
        if isinstance(node, ast.Tuple):
            return tuple(step for one in node.elts for step in self.steps_of(one, inside=True))
        return self.steps_of(node, inside=False)

    def steps_of(self, node: ast.expr, *, inside: bool) -> tuple[Step, ...]:
        match node:
            case ast.Slice(lower=None, upper=None, step=None):
                return (Step("span", text=":"),)
            case ast.Slice(lower=lower, upper=upper, step=step):
                low = self.use(lower) if lower is not None else replace(NUMBER, poly=constant(0))
                high = self.use(upper) if upper is not None else UNKNOWN
                if step is not None:
                    self.use(step)
                varies = low.varies or high.varies
                if low.poly is None or step is not None:
                    return (Step("span", varies=varies),)
                return (Step("span", low.poly, high.poly, varies=varies),)
            case ast.Constant(value=str() as text):
                return (Step("key", text=repr(text)),)
            case ast.Constant(value=None) if inside:
                return ()
            case ast.Constant(value=dots) if dots is Ellipsis:
                return (SOMEWHERE,)
            case ast.Constant(value=float() | bool() | None as other):
                return (Step("key", text=repr(other)),)
        value = self.use(node)
        if value.kind in ("list", "array"):
            return (Step("any", text="fancy", varies=value.varies),)
        return (self.key(node, value),)

    def keys(self, node: ast.expr | None, value: Value) -> tuple[Step, ...]:
        """The steps of a key that was evaluated already, as a subscript would take them."""
        match node:
            case ast.Constant(value=str() as text):
                return (Step("key", text=repr(text)),)
            case ast.Tuple(elts=elts) if len(elts) == len(value.parts):
                return tuple(
                    step
                    for one, inner in zip(elts, value.parts, strict=True)
                    for step in self.keys(one, inner)
                )
        return (self.key(node, value),)

    def key(self, node: ast.expr | None, value: Value) -> Step:
        text = ast.unparse(node) if node is not None else ""
        if value.poly is None and value.kind in ("tuple",) and value.parts:
            # a tuple as a key is as telling as its parts: the first that is a plain function of the position
            for one in value.parts:
                if one.poly is not None and self.symbol in one.poly.names:
                    return Step("index", one.poly, text=text, varies=True)
        return Step("index", value.poly, text=text, varies=value.varies)

    # classes of these cells that define operators

    def dunder(self, value: Value, names: tuple[str, ...], node: ast.AST) -> None:
        """Operators run code of the user's classes: those that keep state are a hazard."""
        if value.kind in IMMUTABLE or value.kind in (
            "list",
            "dict",
            "set",
            "array",
            "frame",
            "tuple",
            "series",
        ):
            return
        for name in names:
            for owner, method in self.reader.methods.get(name, ()):
                if value.classes and owner not in self.lineage(value.classes):
                    continue
                if name in ("__setitem__", "__iadd__", "__isub__", "__imul__", "__setattr__") or self.impure(
                    method
                ):
                    self.hazard("operator", node, f"{owner.name}.{name}")

    def impure(self, method: ast.FunctionDef) -> bool:
        raise NotImplementedError

    def call_function(
        self, function: Function, args: list[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        raise NotImplementedError

    def call(self, node: ast.Call) -> Value:
        raise NotImplementedError

    def iterate(self, node: ast.expr, position: str) -> iterables.Turn:
        raise NotImplementedError

    @contextmanager
    def guarded(self) -> Iterator[None]:
        self.forks += 1
        self.guards.append(self.forks)
        try:
            yield
        finally:
            self.guards.pop()


def settled(value: Value) -> Value:
    """What was there before the loop is the same in every turn."""
    if not value.varies and not value.parts:
        return value
    return replace(value, varies=False, parts=tuple(settled(one) for one in value.parts))


def affixed(node: ast.AST, left: Value, right: Value) -> Poly | None:
    """A name with a fixed end or beginning is as different from the others as the name itself."""
    match node:
        case ast.BinOp(op=ast.Add(), right=ast.Constant(value=str() as text)) if left.poly is not None:
            return left.poly + symbol(AFFIX + "{}" + text)
        case ast.BinOp(op=ast.Add(), left=ast.Constant(value=str() as text)) if right.poly is not None:
            return right.poly + symbol(AFFIX + text + "{}")
    return None


def _loaded(target: ast.expr) -> ast.expr:
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target
