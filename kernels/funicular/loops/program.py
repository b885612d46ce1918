"""The cells as one program: what a name is at a place of the text, found by reading what was bound before."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from funicular.loops.facts import Facts
from funicular.loops.scope import Binding, Function, Reader, Scope, parameters
from funicular.loops.values import (
    NONE,
    NUMBER,
    REFERENCE,
    SOMEWHERE,
    UNKNOWN,
    Callee,
    Place,
    Root,
    Step,
    Value,
    join,
)

# Modules that everybody calls by these names, where a cell does not show its imports.
CUSTOMARY = {
    "np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "math": "math", "random": "random", "os": "os",
    "sys": "sys", "re": "re", "json": "json", "time": "time", "sns": "seaborn", "itertools": "itertools",
    "tqdm": "tqdm",
}  # fmt: skip

# Decorators that change neither what a function does nor what it keeps.
HARMLESS_DECORATORS = frozenset(
    [
        "staticmethod",
        "classmethod",
        "property",
        "abstractmethod",
        "cached_property",
        "lru_cache",
        "cache",
        "wraps",
        "njit",
        "jit",
        "vectorize",
        "guvectorize",
        "dataclass",
        "dataclasses.dataclass",
        "functools.lru_cache",
        "functools.cache",
        "functools.wraps",
        "numba.njit",
        "numba.jit",
        "numba.vectorize",
        "np.vectorize",
        "numpy.vectorize",
        "abc.abstractmethod",
        "total_ordering",
        "overload",
        "override",
        "functools.total_ordering",
        "nb.njit",
        "nb.jit",
        "nb.vectorize",
    ]
)

ROUNDS = 4
BUDGET, PER_LOOP = (
    60_000,
    4_000,
)  # nodes walked for one program, and more for each loop; then the rest is held

BUILTINS = frozenset(dir(builtins)) | {"display"}
Where = tuple[int, tuple[int, ...]]  # position in the text, and the blocks around it

# evaluates (scope, where, expression or iterable, as iterable)
Evaluate = Callable[[Scope, Where | None, ast.expr, bool], Value]


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A method that is a value: ``push = out.append``."""

    attribute: ast.Attribute
    scope: Scope
    where: Where


class Program:
    """All cells, read once. ``evaluate`` is set by the walker, which can evaluate any expression."""

    def __init__(self, trees: Sequence[ast.Module], facts: Facts | None = None) -> None:
        self.reader = Reader(trees)
        self.facts = facts
        self.module = self.reader.module
        self.evaluate: Evaluate
        self.called: Callable[[Function, list[Value], ast.AST], Value]
        self._values: dict[object, Value] = {}
        self._busy: set[object] = set()
        self._now: dict[object, Value] = {}  # found in this round
        self._last: dict[object, Value] = {}  # found in the round before
        self._cut = False
        self._asking = 0
        self._turn = 0
        self._round: dict[Function, tuple[list[dict[str, Value]], int]] = {}
        self.budget = BUDGET + PER_LOOP * len(self.reader.depths)
        self._arguments: dict[object, list[dict[str, Value]]] = {}
        self.loop_bodies: set[int] = set()
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.For | ast.AsyncFor | ast.While):
                    self.loop_bodies.add(id(node.body))

    def lookup(self, scope: Scope, name: str, where: Where | None) -> Value:
        """What ``name`` of ``scope`` may be at ``where``; None: at any time."""
        found = self.reaching(scope, name, where)
        again = {id(one) for one in found if where is not None and one.position > where[0] and not one.far}
        moved = any(one.how == "aug" for one in found)
        found = [one for one in found if one.how != "aug"] or found
        key = (id(scope), name, moved, tuple((id(one), id(one) in again) for one in found))
        if key in self._values:
            return self._values[key]
        values = [
            self.made_before(self.bound(scope, one), one) if id(one) in again else self.bound(scope, one)
            for one in found
        ]
        value = join(values) if values else Value(places=frozenset({(Root("name", name, name), ())}))
        if moved:
            value = replace(value, poly=None)
        if scope is self.module and self.facts is not None:
            value = self.with_facts(name, value)
        if not self._asking:
            self._values[key] = value
        return value

    def reaching(self, scope: Scope, name: str, where: Where | None) -> list[Binding]:
        """The bindings that may be the last one when ``where`` is reached."""
        bindings = [one for one in scope.bindings.get(name, ())]
        if where is not None:
            position, block = where
            around = {one for one in block if one in self.loop_bodies}
            kept = [one for one in bindings if one.position > position and around.intersection(one.block)]
            for one in reversed([one for one in bindings if one.position <= position]):
                kept.append(one)
                if one.how != "aug" and not one.far and block[: len(one.block)] == one.block:
                    break
            kept += [one for one in bindings if one.far and one not in kept]
            bindings = kept or bindings
        return bindings

    def bound_before(self, scope: Scope, name: str, where: Where) -> bool:
        """Whether a name of the module has been bound when ``where`` is reached; before, it is the builtin."""
        return any(one.position <= where[0] or one.far for one in scope.bindings.get(name, ())) or any(
            set(one.block) & set(where[1]) & self.loop_bodies for one in scope.bindings.get(name, ())
        )

    @cached_property
    def patched(self) -> frozenset[str]:
        """Library functions that the cells replace (``math.sqrt = ...``), and methods (".go")."""
        found = set()
        for name, attribute, scope in self.reader.patches:
            home = scope.home(name)
            library = self.lookup(home, name, None).library if home is not None else CUSTOMARY.get(name, "")
            found.add(f"{library}.{attribute}")
        return frozenset(found)

    def made_before(self, value: Value, binding: Binding) -> Value:
        """What a turn before of the enclosing loop left in a name: not what this turn has made at the same place."""

        def moved(one: Value) -> Value:
            places = frozenset(
                (
                    Root("site", ("before", root.key), root.label)
                    if root.what == "site"
                    and set(self.blocks_of_site(root)) & set(binding.block) & self.loop_bodies
                    else root,
                    path,
                )
                for root, path in one.places
            )
            elem = moved(one.elem) if one.elem is not None else None
            return replace(one, places=places, elem=elem, parts=tuple(moved(inner) for inner in one.parts))

        return moved(value)

    def bound(self, scope: Scope, binding: Binding) -> Value:
        """The value that one binding gives."""

        def compute() -> Value:
            value = self._bound(scope, binding)
            if value.places and all(not root.label for root, _ in value.places):
                named = frozenset((replace(root, label=binding.name), path) for root, path in value.places)
                value = replace(value, places=named)
            return value

        return self.fixed(binding, compute)

    def fixed(self, key: object, compute: Callable[[], Value]) -> Value:
        """A value that may be made of itself.

        It is gone through again, starting from what was found the last time, until nothing new is found.
        """
        if key in self._values:
            return self._values[key]
        if key in self._busy:
            self._cut = True
            return self._last.get(key, NONE)
        if key in self._now:
            return self._now[key]
        outermost = not self._asking
        self._asking += 1
        try:
            value = self._computed(key, compute)
            for _ in range(ROUNDS if outermost else 0):
                if not self._cut or self._now == self._last:
                    break
                self._last, self._now, self._cut = self._now, {}, False
                self._turn += 1
                value = self._computed(key, compute)
        finally:
            self._asking -= 1
            if outermost:
                self._values.update(self._now)
                self._now, self._last, self._cut = {}, {}, False
                self._turn += 1
        return value

    def _computed(self, key: object, compute: Callable[[], Value]) -> Value:
        self._busy.add(key)
        try:
            value = self._now[key] = compute()
        finally:
            self._busy.discard(key)
        return value

    def _bound(self, scope: Scope, binding: Binding) -> Value:
        where = (binding.position, binding.block)
        node = binding.node
        match binding.how:
            case "import":
                return self._imported(binding)
            case "def" if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return self._decorated(scope, where, node)
            case "class":
                return Value("class", calls=frozenset({("class", node)}))
            case "param":
                function = scope.node
                assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                return self.parameter(function, binding.name)
            case "for" if binding.value is not None:
                target = getattr(node, "target", None)
                home = scope
                if (
                    scope.parent is not None
                    and isinstance(scope.node, ast.expr)
                    and not isinstance(scope.node, ast.Lambda)
                ):
                    home = scope
                del target
                value = self.evaluate(home, where, binding.value, True)
                return unpacked(value, binding.unpack)
            case "assign" | "with" | "walrus" if binding.value is not None:
                if binding.how == "assign" and isinstance(binding.value, ast.Tuple) and binding.unpack:
                    index = binding.unpack[0]
                    elements = binding.value.elts
                    if 0 <= index < len(elements) and not any(isinstance(e, ast.Starred) for e in elements):
                        value = self.evaluate(scope, where, elements[index], False)
                        return unpacked(value, binding.unpack[1:])
                value = self.evaluate(scope, where, binding.value, False)
                value = self._filled(scope, binding, value)
                if isinstance(binding.value, ast.Attribute) and not value.calls and not value.library:
                    value = replace(value, calls=frozenset({("bound", Bound(binding.value, scope, where))}))
                return unpacked(value, binding.unpack)
        return UNKNOWN

    def _decorated(self, scope: Scope, where: Where, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value:
        """A function as its decorators leave it, if they are functions of these cells or harmless."""
        value = function_value(node)
        if len(node.decorator_list) == 1 and any(how == "unknown" for how, _ in value.calls):
            decorator = self.evaluate(scope, where, node.decorator_list[0], False)
            (what,) = decorator.calls if len(decorator.calls) == 1 else (("", None),)
            if what[0] == "def" and isinstance(what[1], ast.FunctionDef):
                plain = Value("function", calls=frozenset({("def", node)}))
                made = self.called(what[1], [plain], node)
                if made.kind == "function" and made.calls:
                    return made
        return value

    def _filled(self, scope: Scope, binding: Binding, value: Value) -> Value:
        """A list made empty is what is appended to it: elements that are not new each time may be one object."""
        if value.kind not in ("list", "dict") or binding.unpack:
            return value
        elements = []
        for call in self.reader.calls.get("append", ()):
            match call:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[argument]) if (
                    name == binding.name and self.reader.homes[call].home(name) is scope
                ):
                    elements.append(self._put(self.reader.homes[call], call, argument))
        for statement, home in self.reader.stores.get(binding.name, ()):
            if home.home(binding.name) is scope:
                elements.append(self._put(home, statement, statement.value))
                if _is_part_of(statement.value, binding.name) and not (value.elem and value.elem.immutable):
                    elements.append(Value(places=value.at(SOMEWHERE)))
        if value.elem is not None:
            elements = [one for one in elements if one.places] + [value.elem]
        return replace(value, elem=join(elements)) if elements else value

    def _put(self, home: Scope, node: ast.AST, expression: ast.expr) -> Value:
        """What ``expression`` puts into a container, without places when each time it is a new object."""
        block = self.reader.blocks[node]
        value = self.evaluate(home, (self.reader.positions[node], block), expression, False)
        loop = next((one for one in reversed(block) if one in self.loop_bodies), None)
        inside = {id(one) for one in ast.walk(expression)}

        def fresh(root: Root) -> bool:
            return root.what == "site" and (root.key in inside or loop in self.blocks_of_site(root))

        return replace(value, places=frozenset(place for place in value.places if not fresh(place[0])))

    def blocks_of_site(self, root: Root) -> tuple[int, ...]:
        """The blocks around the expression that makes an object."""
        return self._site_blocks().get(root.key, ())

    def _site_blocks(self) -> dict[object, tuple[int, ...]]:
        if not hasattr(self, "_sites"):
            sites: dict[object, tuple[int, ...]] = {}
            for statement, block in list(self.reader.blocks.items()):
                if isinstance(statement, ast.stmt):
                    inner = block
                    for field_name, content in ast.iter_fields(statement):
                        if isinstance(content, list) and content and isinstance(content[0], ast.stmt):
                            continue
                        del field_name
                        for one in content if isinstance(content, list) else [content]:
                            if isinstance(one, ast.AST):
                                for node in ast.walk(one):
                                    sites.setdefault(id(node), inner)
            self._sites = sites
        return self._sites

    def _imported(self, binding: Binding) -> Value:
        match binding.node:
            case ast.Import(names=names):
                for alias in names:
                    if (alias.asname or alias.name).split(".")[0] == binding.name:
                        return library_value(alias.name if alias.asname else binding.name)
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    if (alias.asname or alias.name) == binding.name:
                        return library_value(f"{'.' * level}{module or ''}.{alias.name}")
        return UNKNOWN

    def with_facts(self, name: str, value: Value) -> Value:
        fact = self.facts.about(name) if self.facts is not None else None
        if fact is None or value.calls:
            return value
        elem = value.elem
        if elem is None and fact.element != "?":
            elem = Value(fact.element)
        if fact.distinct and elem is not None:
            elem = replace(elem, places=frozenset())
        return replace(value, kind=fact.kind if fact.kind != "?" else value.kind, elem=elem)

    # parameters: what the calls in these cells say of them

    def parameter(self, function: Function, name: str) -> Value:
        """A parameter is an object of its own, of the kind that the calls in these cells pass."""
        root = Root("param", (id(function), name), name)
        places = frozenset({(root, ())})
        owner = self.owner(function)
        first = next(iter(parameters(function)), None)
        if owner is not None and first is not None and first.arg == name and not _is_static(function):
            return Value("instance", places, classes=frozenset({owner}))
        passed = [call[name] for call in self.arguments(function) if name in call]
        default = self._default(function, name)
        if default is not None and (not passed or len(passed) < len(self.arguments(function))):
            passed.append(default)
        if not passed:
            return Value(places=places)
        value = join(passed)
        if value.kind == "none":
            return Value(places=places)
        return replace(
            value, places=frozenset() if value.immutable else places, poly=None, parts=(), varies=False
        )

    def _default(self, function: Function, name: str) -> Value | None:
        expression = default_of(function, name)
        if expression is None:
            return None
        match expression:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=bool() | int() | float()):
                return NUMBER
            case ast.Constant(value=str()):
                return Value("text")
        return None

    def owner(self, function: Function) -> ast.ClassDef | None:
        """The class that a function is a method of."""
        scope = self.reader.homes.get(function)
        return scope.node if scope is not None and isinstance(scope.node, ast.ClassDef) else None

    def arguments(self, function: Function) -> list[dict[str, Value]]:
        """For each call of a named function in these cells, the values that it passes, by parameter."""
        if not isinstance(function, ast.FunctionDef):
            return []
        if function in self._arguments:
            return self._arguments[function]
        if self._round.get(function, ([], -1))[1] == self._turn and self._asking:
            return self._round[function][0]
        if ("arguments", function) in self._busy:
            return []
        self._busy.add(("arguments", function))
        try:
            owner = self.owner(function)
            name = owner.name if owner is not None and function.name == "__init__" else function.name
            found = [
                passed
                for call in self.reader.calls.get(name, ())
                if self._calls(call, function) and (passed := self._passed(call, function)) is not None
            ]
            found += self._decorating(function)
        finally:
            self._busy.discard(("arguments", function))
        if not self._asking:
            self._arguments[function] = found
        else:
            self._round[function] = (found, self._turn)
        return found

    def _decorating(self, function: ast.FunctionDef) -> list[dict[str, Value]]:
        """A decorator is called with each function that it stands above."""
        first = next((arg.arg for arg in [*function.args.posonlyargs, *function.args.args]), None)
        return [
            {first: Value("function", calls=frozenset({("def", one)}))}
            for one in self.reader.functions
            if first is not None and not isinstance(one, ast.Lambda)
            for decorator in one.decorator_list
            if isinstance(decorator, ast.Name) and decorator.id == function.name
        ]

    def _calls(self, call: ast.Call, function: ast.FunctionDef) -> bool:
        owner = self.owner(function)
        if owner is not None and function.name == "__init__":
            return True
        if isinstance(call.func, ast.Attribute):
            return owner is not None
        scope = self.reader.homes[call].home(function.name)
        return scope is self.reader.homes.get(function)

    def _passed(self, call: ast.Call, function: ast.FunctionDef) -> dict[str, Value] | None:
        scope = self.reader.homes[call]
        where = (self.reader.positions[call], self.reader.blocks[call])
        names = [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]
        if self.owner(function) is not None and not _is_static(function):
            names = names[1:]
        passed: dict[str, Value] = {}
        for name, argument in zip(names, call.args, strict=False):
            if isinstance(argument, ast.Starred):
                return dict.fromkeys(names, UNKNOWN)
            passed[name] = self.evaluate(scope, where, argument, False)
        for keyword in call.keywords:
            if keyword.arg is not None:
                passed[keyword.arg] = self.evaluate(scope, where, keyword.value, False)
        return passed

    def _function_of(self, root: Root) -> Function | None:
        """The function whose parameter a root is."""
        own = root.key[0] if isinstance(root.key, tuple) else None
        return next((one for one in self.reader.functions if id(one) == own), None)

    def may_be_one(self, one: Root, other: Root) -> bool:
        """Whether two roots can be the same object, as far as the calls in these cells show."""
        if one == other:
            return True
        if self.facts is not None and self.facts.may_share(one.label, other.label):
            return True
        for first, second in ((one, other), (other, one)):
            if first.what != "param":
                continue
            function = self._function_of(first)
            name = _parameter_name(first)
            for call in self.arguments(function) if function is not None else ():
                mine = _roots(call.get(name))
                if second.what == "param" and self._function_of(second) is function:
                    if mine & _roots(call.get(_parameter_name(second))):
                        return True
                elif second in mine:
                    return True
        return False


def _parameter_name(root: Root) -> str:
    return str(root.key[1]) if isinstance(root.key, tuple) else ""


def _roots(value: Value | None) -> frozenset[Root]:
    if value is None:
        return frozenset()
    inner = _roots(value.elem) if value.elem is not None else frozenset()
    return frozenset(root for root, _ in value.places) | inner


def _is_part_of(node: ast.expr, name: str) -> bool:
    """Whether an expression is ``name[...]``, at any depth."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
        if isinstance(node, ast.Name) and node.id == name:
            return True
    return False


def _is_static(function: Function) -> bool:
    return not isinstance(function, ast.Lambda) and any(
        isinstance(one, ast.Name) and one.id == "staticmethod" for one in function.decorator_list
    )


def default_of(function: Function, name: str) -> ast.expr | None:
    """The default expression of a parameter."""
    a = function.args
    plain = [*a.posonlyargs, *a.args]
    for arg, default in zip(reversed(plain), reversed(a.defaults), strict=False):
        if arg.arg == name:
            return default
    for arg, other in zip(a.kwonlyargs, a.kw_defaults, strict=True):
        if arg.arg == name:
            return other
    return None


def function_value(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value:
    """A function as a value; one under an unknown decorator may do anything."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        text = ast.unparse(called)
        if text not in HARMLESS_DECORATORS and not text.endswith((".setter", ".getter")):
            return Value("function", calls=frozenset({("unknown", f"{node.name} (decorated by {text})")}))
    return Value("function", calls=frozenset({("def", node)}))


def library_value(dotted: str) -> Value:
    callee: Callee = ("library", dotted)
    return Value("module", calls=frozenset({callee}), library=dotted)


def unpacked(value: Value, unpack: tuple[int, ...]) -> Value:
    """The part of a value that a tuple target binds."""
    for index in unpack:
        if 0 <= index < len(value.parts):
            value = value.parts[index]
        else:
            value = part(value, Step("any"))
    return value


def referred(places: frozenset[Place]) -> frozenset[Place]:
    """Parts of an element may be objects that other elements refer to as well: elements differ, these need not."""
    return frozenset(
        (root, (*path, REFERENCE)) if any(_turns(step) for step in path[:-1]) else (root, path)
        for root, path in places
    )


def _turns(step: Step) -> bool:
    return step.what == "index" and (
        step.varies or (step.low is not None and any(n.startswith("#") for n in step.low.names))
    )


def part(value: Value, step: Step) -> Value:
    """What ``value[step]`` may be: a part of it, or an object that it holds."""
    if value.kind in ("text", "bytes", "range"):
        return replace(
            NUMBER if value.kind == "range" else Value(value.kind), varies=value.varies or step.varies
        )
    if value.kind in ("number", "none", "function", "class"):
        return replace(UNKNOWN, varies=value.varies or step.varies)
    elem = value.elem
    places = value.at(step)
    if elem is None and step.what == "key":
        places = referred(places)
    varies = value.varies or step.varies
    if elem is None:
        return Value("?" if value.kind != "foreign" else "foreign", places, varies=varies)
    if elem.immutable:
        return replace(elem, poly=None, varies=varies, parts=elem.parts)
    return replace(elem, places=places | elem.places, poly=None, varies=varies)
