"""What calls do: functions and methods of the user are walked with their arguments, library calls are looked up."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops import iterables
from funicular.loops.expressions import DEEPEST, Expressions, Frame, TooMuch
from funicular.loops.polynomial import symbol
from funicular.loops.program import Bound, default_of, function_value, part
from funicular.loops.purity.table import Effect, tables
from funicular.loops.scope import Function
from funicular.loops.trail import Trail
from funicular.loops.values import NONE, NUMBER, SOMEWHERE, TEXT, UNKNOWN, Callee, Root, Step, Value, join

OPENERS = frozenset(["open", "io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open", "builtins.open"])
HAZARDS = frozenset(
    [
        "output",
        "plotting",
        "writes",
        "random",
        "clock",
        "environment",
        "network",
        "process",
        "outside",
        "dynamic",
        "identity",
        "state",
    ]
)
HAZARD_CODES = {
    "writes": "file-output",
    "random": "shared-random-state",
    "dynamic": "dynamic-code",
    "state": "global-state",
}
MADE_BY_HAZARDS = {
    "random": "?", "clock": "number", "identity": "number", "outside": "text", "environment": "text", "plotting": "axes",
}  # fmt: skip
PLAIN_BASES = frozenset(
    [
        "object",
        "Exception",
        "ValueError",
        "ABC",
        "abc.ABC",
        "NamedTuple",
        "typing.NamedTuple",
        "Protocol",
        "Generic",
        "Enum",
        "enum.Enum",
        "IntEnum",
        "RuntimeError",
        "TypeError",
        "KeyError",
        "TypedDict",
    ]
)
FIRST_IS_CALLED = frozenset(
    ["map", "filter", "functools.reduce", "functools.partial", "numpy.vectorize", "numpy.apply_along_axis"]
)
METHODS_CALL = frozenset(["apply", "applymap", "pipe", "transform"])
IDLE = frozenset(["time.sleep"])


class Calls(Expressions):
    """Adds calls to the evaluator."""

    def iterate(self, node: ast.expr, position: str) -> iterables.Turn:
        return iterables.turn_of(self, node, position)

    def _Call(self, node: ast.Call) -> Value:
        return self.call(node)

    def call(self, node: ast.Call) -> Value:
        """The result of a call; what it does goes to the trail."""
        func = node.func
        if isinstance(func, ast.Name) and func.id == "super" and not node.args:
            return self.super_value()
        if isinstance(func, ast.Attribute):
            base = self.value(func.value)
            if base.library and tables().function(f"{base.library}.{func.attr}") is None:
                maker = tables().functions.get(base.library)
                if maker is not None and maker.gives == "record":  # scipy.stats.norm.pdf
                    base = Value("record")
            if not base.library and base.kind != "class":
                return self.method(node, func, base)
            if base.kind == "class":
                return self.class_method(node, func, base)
        called = self.value(func)
        args = [self.value(one) for one in node.args]
        keywords = {one.arg or "**": self.value(one.value) for one in node.keywords}
        if called.kind == "foreign" or not called.calls:
            if called.kind == "instance" and called.classes:
                return self.dispatch(called, "__call__", args, keywords, node)
            return self.unknown_call(node, ast.unparse(func), [called, *args], keywords)
        if called.kind == "function" and called.elem is not None:  # what partial holds goes in as well
            args = [*args, called.elem]
        return join([self.run(callee, args, keywords, node) for callee in sorted(called.calls, key=str)])

    def unknown(self, node: ast.AST, what: str) -> None:
        self.hazard("unknown-call", node, what)

    def used(self, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> bool:
        for one in [*args, *keywords.values()]:
            self.read(one, node)
        return any(one.varies for one in [*args, *keywords.values()])

    def run(self, callee: Callee, args: list[Value], keywords: dict[str, Value], node: ast.Call) -> Value:
        how, what = callee
        match how:
            case "def" | "loose":
                assert isinstance(what, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                if how == "loose":
                    everything = self.blurred([*args, *keywords.values()])
                    names = [arg for arg in [*what.args.posonlyargs, *what.args.args, *what.args.kwonlyargs]]
                    return self.call_function(what, [], {arg.arg: everything for arg in names}, node)
                if any(isinstance(one, ast.Starred) for one in node.args) or "**" in keywords:
                    everything = self.blurred([*args, *keywords.values()])
                    names = [arg for arg in [*what.args.posonlyargs, *what.args.args, *what.args.kwonlyargs]]
                    return self.call_function(what, [], {arg.arg: everything for arg in names}, node)
                return self.call_function(what, args, keywords, node)
            case "class":
                assert isinstance(what, ast.ClassDef)
                return self.instance(what, args, keywords, node)
            case "builtin":
                return self.builtin(str(what), args, keywords, node)
            case "library":
                return self.library(str(what), args, keywords, node)
            case "bound":
                assert isinstance(what, Bound)
                base = self.program.evaluate(what.scope, what.where, what.attribute.value, False)
                if base.classes:
                    return self.dispatch(base, what.attribute.attr, args, keywords, node)
                return self.named_method(base, what.attribute.attr, args, keywords, node)
        self.used(args, keywords, node)
        if how == "method":
            return self.named_method(UNKNOWN, str(what), args, keywords, node)
        return self.unknown_call(node, str(what), args, keywords)

    def unknown_call(self, node: ast.AST, what: str, args: list[Value], keywords: dict[str, Value]) -> Value:
        """Code that cannot be seen: what it gives may be anything that went in, or a part of it."""
        self.unknown(node, what)
        self.used(args, keywords, node)
        everything = self.blurred([*args, *keywords.values()])
        return Value("foreign", everything.places | self.site(node, "foreign").places, varies=True)

    def blurred(self, values: list[Value]) -> Value:
        """A value that may be any of these or any part of them."""
        places = frozenset(place for one in values for place in one.at(SOMEWHERE))
        inner = frozenset(place for one in values if one.elem is not None for place in one.elem.places)
        for one in values:
            places |= one.places
        return Value("?", places | inner, varies=any(one.varies for one in values))

    # functions of the user

    def call_function(
        self, function: Function, args: list[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        """Walk a function's body with what it is called with."""
        if self.recording:
            self.trail.calls += 1
        if isinstance(function, ast.AsyncFunctionDef):
            self.hazard("await", node, function.name)
            return UNKNOWN
        everything = self.blurred([*args, *keywords.values()])
        if function in self.stack:
            self.recursive.add(function)
            return everything
        if len(self.stack) >= DEEPEST:
            raise TooMuch
        frame = Frame(self.reader.scopes[function], function=function)
        frame.bound = frozenset(frame.scope.bindings)
        self.parameters(function, args, keywords, frame)
        roots = {root for value in [*args, *keywords.values()] for root, _ in value.places}
        for value in [*args, *keywords.values()]:
            for inner in (value.elem, *value.parts):
                if inner is not None:
                    roots |= {root for root, _ in inner.places}
        before, created = len(self.trail.accesses), set(self.created)
        self.frames.append(frame)
        self.stack.append(function)
        self.given.append(frozenset(roots))
        try:
            if isinstance(function, ast.Lambda):
                frame.returns.append(self.value(function.body))
            else:
                self.function_body(function)
        finally:
            self.frames.pop()
            self.stack.pop()
            self.given.pop()
        if function in self.recursive:
            self.recursive.discard(function)
            self.widen(before, everything)
        result = join(frame.returns) if frame.returns else NONE
        if result.kind == "iterator" and not result.places:
            result = replace(result, places=self.site(node, "iterator").places)
        return self.returned(result, node, created)

    def function_body(self, function: ast.FunctionDef) -> None:
        raise NotImplementedError

    def parameters(
        self, function: Function, args: list[Value], keywords: dict[str, Value], frame: Frame
    ) -> None:
        a = function.args
        names = [arg.arg for arg in [*a.posonlyargs, *a.args]]
        for name, value in zip(names, args, strict=False):
            frame.env[name] = (value, True)
        if a.vararg is not None:
            rest = args[len(names) :]
            elem = self.blurred(rest) if rest else None
            frame.env[a.vararg.arg] = (Value("tuple", elem=elem, parts=tuple(rest)), True)
        known = {*names, *[arg.arg for arg in a.kwonlyargs]}
        others = []
        for name, value in keywords.items():
            if name in known:
                frame.env[name] = (value, True)
            else:
                others.append(value)
        if a.kwarg is not None:
            elem = self.blurred(others) if others else None
            frame.env[a.kwarg.arg] = (Value("dict", elem=elem), True)
        for name in known:
            if name not in frame.env:
                frame.env[name] = (self.default(function, name), True)

    def default(self, function: Function, name: str) -> Value:
        """A parameter that is not passed: one object for all calls when its default can be changed."""
        expression = default_of(function, name)
        match expression:
            case None:
                return UNKNOWN
            case ast.Constant():
                return self.value(expression)
        home = self.reader.homes[function]
        value = self.program.evaluate(home, None, expression, False)
        if value.immutable or value.kind == "tuple":
            return value
        return Value(
            value.kind, frozenset({(Root("default", (id(function), name), f"the default of {name}"), ())})
        )

    def returned(self, value: Value, node: ast.AST, created: set[Root]) -> Value:
        """What a function made itself is new: it belongs to the call."""
        own = Root("site", id(node))
        changed = False

        def moved(one: Value) -> Value:
            nonlocal changed
            places = set()
            for root, path in one.places:
                if root in self.created and root not in created:
                    places.add((own, path))
                    changed = True
                else:
                    places.add((root, path))
            elem = moved(one.elem) if one.elem is not None else None
            return replace(one, places=frozenset(places), elem=elem, parts=tuple(moved(p) for p in one.parts))

        result = moved(value)
        if changed:
            self.created.add(own)
            held = [self.contents[root] for root, _ in value.places if root in self.contents]
            if held:
                self.contents[own] = join(held)
                if not self.recording and result.elem is None and not result.immutable:
                    result = replace(result, elem=moved(join(held)))
        return replace(result, poly=None if result.poly and not _plain(result) else result.poly)

    def widen(self, before: int, everything: Value) -> None:
        """A function that calls itself may touch any part of any of its arguments."""
        accesses = self.trail.accesses[before:]
        del self.trail.accesses[before:]
        for one in accesses:
            path = tuple(SOMEWHERE if step.what in ("index", "span") else step for step in one.path)
            if one.mode in ("read", "length"):
                self.trail.accesses.append(replace(one, path=path))
                continue
            self.trail.accesses.append(replace(one, mode="change", path=path))
            for root, _ in everything.places:
                if root not in self.created:
                    self.trail.accesses.append(replace(one, mode="change", root=root, path=(SOMEWHERE,)))

    def impure(self, method: ast.FunctionDef) -> bool:
        """Whether a method does more than compute: it changes its object or arguments, or has an effect."""
        known = self.program._values.get(("impure", method))
        if known is not None:
            return known.kind == "impure"
        if method in self.stack or ("impure", method) in self.program._busy:
            return False
        self.program._busy.add(("impure", method))
        try:
            trail = self.trail_of(method)
            found = bool(trail.hazards) or any(one.mode not in ("read", "length") for one in trail.accesses)
        except TooMuch:
            found = True
        finally:
            self.program._busy.discard(("impure", method))
        self.program._values[("impure", method)] = Value("impure" if found else "pure")
        return found

    def trail_of(self, method: ast.FunctionDef) -> Trail:
        """What a function does when it is called with unknown things."""
        other = type(self)(self.program, self.program.module, None, recording=True)
        arguments = {}
        owner = self.program.owner(method)
        for index, arg in enumerate([*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs]):
            root = Root("param", (id(method), arg.arg), arg.arg)
            if index == 0 and owner is not None:
                arguments[arg.arg] = Value("instance", frozenset({(root, ())}), classes=frozenset({owner}))
            else:
                arguments[arg.arg] = Value(places=frozenset({(root, ())}))
        other.call_function(method, [], arguments, method)
        return other.trail

    # classes of the user

    def instance(
        self, owner: ast.ClassDef, args: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        """A new object of a class in these cells."""
        lineage = self.lineage([owner])
        for one in lineage:
            for base in one.bases:
                text = ast.unparse(base).partition("[")[0]
                if (
                    text not in PLAIN_BASES
                    and text not in self.reader.classes
                    and text not in ("dict", "list", "tuple", "str", "float", "int")
                ):
                    self.unknown(node, f"{one.name}, which builds on {text}")
            if one.keywords or any(isinstance(m, ast.FunctionDef) and m.name == "__new__" for m in one.body):
                self.unknown(node, one.name)
            for decorator in one.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if ast.unparse(called) not in (
                    "dataclass",
                    "dataclasses.dataclass",
                    "total_ordering",
                    "functools.total_ordering",
                    "final",
                ):
                    self.unknown(node, f"{one.name} (decorated)")
        made = replace(self.site(node, "instance"), classes=frozenset({owner}))
        before = set(self.created)
        init = self.find_method(lineage, "__init__")
        varies = any(one.varies for one in [*args, *keywords.values()])
        if init is not None:
            self.call_function(init, [made, *args], keywords, node)
        else:
            self.used(args, keywords, node)
            for argument in [*args, *keywords.values()]:
                self.keep(made, argument)
            post = self.find_method(lineage, "__post_init__")
            if post is not None:
                self.call_function(post, [made], {}, node)
        held = [self.contents[root] for root, _ in made.places if root in self.contents]
        mine = self.created - before  # what its own methods made belongs to this object alone
        held = [
            replace(one, places=frozenset(place for place in one.places if place[0] not in mine))
            for one in held
        ]
        for root, _ in made.places:
            if held:
                self.contents[root] = join(held)
        return replace(made, elem=join(held) if held else None, varies=varies)

    def find_method(self, lineage: list[ast.ClassDef], name: str) -> ast.FunctionDef | None:
        for owner in lineage:
            for one in owner.body:
                if isinstance(one, ast.FunctionDef) and one.name == name:
                    return one
        return None

    def super_value(self) -> Value:
        for frame in reversed(self.frames):
            if frame.function is not None and (owner := self.program.owner(frame.function)) is not None:
                first = frame.function.args.args[0].arg
                me = frame.env.get(first, (UNKNOWN, True))[0]
                bases = [c for base in owner.bases for c in self.reader.classes.get(ast.unparse(base), [])]
                if bases or all(ast.unparse(base) in PLAIN_BASES for base in owner.bases):
                    return replace(me, kind="super", classes=frozenset(bases))
        return Value("foreign")

    def class_method(self, node: ast.Call, func: ast.Attribute, base: Value) -> Value:
        """``C.method(...)``: a static method, a class method, or a method given its object."""
        args = [self.value(one) for one in node.args]
        keywords = {one.arg or "**": self.value(one.value) for one in node.keywords}
        owner = next(iter(base.calls))[1]
        assert isinstance(owner, ast.ClassDef)
        method = self.find_method(self.lineage([owner]), func.attr)
        if method is None:
            return self.unknown_call(node, ast.unparse(func), args, keywords)
        return self.bound(
            method, Value("class", base.places, calls=base.calls), args, keywords, node, of_class=True
        )

    def bound(
        self, method: ast.FunctionDef, me: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST,
        *, of_class: bool = False,
    ) -> Value:  # fmt: skip
        decorators = {ast.unparse(one) for one in method.decorator_list}
        for how, what in function_value(method).calls:
            if how == "unknown":
                self.unknown(node, str(what))
        if "staticmethod" in decorators or (of_class and "classmethod" not in decorators):
            return self.call_function(method, args, keywords, node)
        if "classmethod" in decorators and me.kind != "class":
            owner = self.program.owner(method)
            me = Value("class", calls=frozenset({("class", owner)}))
        return self.call_function(method, [me, *args], keywords, node)

    # methods

    def method(self, node: ast.Call, func: ast.Attribute, base: Value) -> Value:
        name = func.attr
        args = [self.value(one) for one in node.args]
        keywords = {one.arg or "**": self.value(one.value) for one in node.keywords}
        if base.kind in ("instance", "super") and base.classes:
            return self.dispatch(base, name, args, keywords, node)
        if base.kind == "super":
            self.used(args, keywords, node)
            return NONE
        return self.named_method(base, name, args, keywords, node)

    def dispatch(
        self, base: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        """A method of an object whose class is in these cells."""
        results = []
        for owner in base.classes:
            method = self.find_method(self.lineage([owner]), name)
            if method is not None and f".{name}" not in self.program.patched:
                results.append(self.bound(method, replace(base, kind="instance"), args, keywords, node))
                continue
            if base.kind == "super":
                self.used(args, keywords, node)
                return NONE
            attribute = self.attribute_kind(base, name)
            if attribute is not None and attribute.calls:
                return join(
                    [self.run(callee, args, keywords, node) for callee in sorted(attribute.calls, key=str)]
                )
            texts = {ast.unparse(one) for owner in self.lineage([owner]) for one in owner.bases}
            kind = next(
                (one for one in ("dict", "list", "tuple", "str", "float", "int") if one in texts), None
            )
            if kind is not None:
                return self.named_method(
                    replace(base, kind=kind, classes=frozenset()), name, args, keywords, node
                )
            if name in ("_replace", "_asdict"):
                self.used(args, keywords, node)
                return replace(base, places=frozenset())
            results.append(self.unknown_call(node, f"{owner.name}.{name}", [base, *args], keywords))
        return join(results)

    def named_method(
        self, base: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        """A method of a value of a known kind, or, of unknown data, every method of that name."""
        known = tables()
        if base.kind == "foreign":
            return self.unknown_call(node, ast.unparse(node.func), [base, *args], keywords)
        kind = base.kind if base.kind != "tuple" else "list"
        if kind == "bytes":
            kind = "text"
        effects: list[Effect] = []
        if kind in known.methods and name in known.methods[kind]:
            effects = [known.methods[kind][name]]
        else:  # unknown data, or a kind that was guessed wrong
            effects = [effect for _, effect in known.named(name)]
        results = []
        if kind in ("?",):
            for owner, method in self.reader.methods.get(name, ()):
                if method in self.stack:
                    self.recursive.add(method)
                    continue
                me = replace(base, kind="instance", classes=frozenset({owner}))
                results.append(self.bound(method, me, args, keywords, node))
        if not effects and not results:
            return self.unknown_call(node, ast.unparse(node.func), [base, *args], keywords)
        if effects:
            effect = max(effects, key=_badness)
            gives = {one.gives for one in effects}
            if len(gives) > 1:
                effect = replace(effect, gives="?", view=any(one.view for one in effects))
            results.append(self.apply_method(base, name, effect, args, keywords, node))
        return join(results)

    def apply_method(
        self,
        base: Value,
        name: str,
        effect: Effect,
        args: list[Value],
        keywords: dict[str, Value],
        node: ast.Call,
    ) -> Value:
        varies = self.used(args, keywords, node) or base.varies
        label = ast.unparse(node.func)
        if effect.calls or name == "sort":
            self.callbacks(name, args, keywords, node, base)
        if effect.seed and not self.seeded(effect, args, keywords):
            self.hazard("shared-random-state", node, label)
        if self.truthy(node, "inplace"):
            self.record("change", base.places, node, op=label, kind=base.kind)
            return NONE
        does = effect.does
        if does in ("add", "merge") and base.kind not in ("set", "dict"):
            does = "change"  # of unknown data it is not known whether it is a set or dict
        if name == "get" and not args:
            does = "change"  # a queue
        match does:
            case "append":
                self.record("fold", base.places, node, op="append", kind="list")
                for one in args:
                    self.late(one, base, node)
                    self.keep(base, one if name.startswith("append") else part(one, SOMEWHERE))
                return NONE
            case "add":
                self.record("fold", base.places, node, op="add", kind="set")
                return NONE
            case "merge":
                self.record("fold", base.places, node, op="merge", kind=base.kind)
                for one in args:
                    self.keep(base, part(one, SOMEWHERE))
                return NONE
            case "change" | "draw" | "exhaust":
                op = {"draw": "draw", "exhaust": "exhaust"}.get(does, label)
                if name == "setdefault" and args:
                    steps = self.keys(node.args[0], args[0])
                    self.record("init", base.at(*steps), node, kind="dict")
                    if len(args) > 1:
                        self.keep(base, args[1])
                    return replace(self.item(base, steps, node), varies=varies)
                if name in ("pop",) and base.kind == "dict" and args:
                    steps = self.keys(node.args[0], args[0])
                    self.record("change", base.at(*steps), node, op=label, kind=base.kind)
                    return replace(part(base, steps[0]), varies=varies)
                self.record("change", base.places, node, op=op, kind=base.kind)
                if base.kind in ("?", "foreign") and not base.places:
                    pass
                for one in args:
                    self.keep(base, one)
                if effect.view:
                    return replace(base, varies=varies)
                if name in ("pop", "popleft"):
                    return replace(part(base, SOMEWHERE), varies=varies)
            case _ if effect.does in HAZARDS:
                if not (
                    effect.does == "writes"
                    and base.kind == "file"
                    and self._local(base)
                    and base.library == "memory"
                ):
                    self.hazard(HAZARD_CODES.get(effect.does, effect.does), node, label)
        if name in ("get",) and base.kind in ("dict", "?") and args:
            steps = self.keys(node.args[0], args[0])
            self.record("read", base.at(*steps), node, kind=base.kind)
            return replace(join([self.item(base, steps, node), *args[1:]]), varies=varies)
        if effect.does in ("pure", "reads"):
            self.read(base, node)
        return self.given_back(effect, [base, *args], node, varies)

    def given_back(self, effect: Effect, sources: list[Value], node: ast.AST, varies: bool) -> Value:
        """The value of a library call, by what its table says."""
        kind = effect.gives
        if kind == "same":
            kind = sources[0].kind if sources else "?"
        if kind in ("elementwise", "reduced"):
            kinds = {one.kind for one in sources if one.kind not in ("none", "text", "function", "module")}
            array = bool(kinds & {"array", "list", "tuple"}) and kinds <= {"array", "list", "tuple", "number"}
            whole = isinstance(node, ast.Call) and not any(one.arg == "axis" for one in node.keywords)
            if kind == "reduced":
                kind = "number" if array and whole and len(sources) == 1 else "?"
            else:
                kind = "array" if array else "number" if kinds == {"number"} else "?"
        if kind in ("number", "text", "none", "range", "function"):
            return Value(kind, varies=varies)
        if effect.view:
            places = frozenset(place for one in sources for place in one.at(Step("view", text=str(id(node)))))
            held = frozenset(place for one in sources if one.elem is not None for place in one.elem.places)
            return Value(kind, places | held, varies=varies)
        made = replace(self.site(node, kind), varies=varies)
        if effect.elements and sources:
            inner = [part(one, SOMEWHERE) for one in sources if not one.immutable]
            elem = join(inner) if inner else None
            distinct = len(sources) == 1 and sources[0].distinct
            return replace(made, elem=elem, distinct=distinct or kind == "set")
        return made

    def truthy(self, node: ast.Call, keyword: str) -> bool:
        return any(
            one.arg == keyword and not (isinstance(one.value, ast.Constant) and not one.value.value)
            for one in node.keywords
        )

    def seeded(self, effect: Effect, args: list[Value], keywords: dict[str, Value]) -> bool:
        """Whether a function that draws is given its own seed."""
        if effect.seed_unless and effect.seed_unless not in keywords:
            return True
        for name in effect.seed.split():
            if name in keywords:
                value = keywords[name]
                if value.kind == "rng" and not self._local(value):
                    return False
                return value.kind != "none"
        return False

    def callbacks(
        self,
        name: str,
        args: list[Value],
        keywords: dict[str, Value],
        node: ast.Call,
        base: Value | None = None,
    ) -> None:
        """Functions among the arguments are called with what else goes in."""
        others = [one for one in [*args, *keywords.values()] if not one.calls]
        data = self.blurred([*others, *([base] if base is not None else [])])
        data = replace(data, varies=True)
        for index, one in enumerate(args):
            if not one.calls and index == 0 and one.kind in ("?", "foreign") and _calls_first(name):
                self.unknown(node, ast.unparse(node.args[0]))
        key = keywords.get("key") or keywords.get("func")
        if key is not None and not key.calls and key.kind not in ("none", "text", "dict", "list"):
            self.unknown(node, "a function that is passed on")
        for one in [*args, *keywords.values()]:
            for how, what in sorted(one.calls, key=str):
                if how == "def" and isinstance(what, ast.FunctionDef | ast.Lambda):
                    names = [arg.arg for arg in [*what.args.posonlyargs, *what.args.args]]
                    self.call_function(what, [], dict.fromkeys(names, data), node)
                elif how == "class" and isinstance(what, ast.ClassDef):
                    self.instance(what, [data], {}, node)
                elif how in ("builtin", "library"):
                    effect = tables().function(f"builtins.{what}" if how == "builtin" else str(what))
                    if effect is None and how == "library" and one.kind == "module" and "." not in str(what):
                        continue
                    if effect is None and name not in FIRST_IS_CALLED:
                        continue
                    if effect is None or effect.does not in ("pure", "reads"):
                        self.unknown(node, str(what))
                elif how in ("unknown", "method", "loose"):
                    self.unknown(node, str(what))
                elif how == "bound" and (one is key or (args and one is args[0] and _calls_first(name))):
                    self.unknown(node, "a method that is passed on")

    # builtins and libraries

    def builtin(self, name: str, args: list[Value], keywords: dict[str, Value], node: ast.Call) -> Value:
        if name in OPENERS:
            return self.opened(args, keywords, node)
        if name == "len" and len(args) == 1:
            self.record("length", args[0].places, node, kind=args[0].kind)
            self.dunder(args[0], ("__len__",), node)
            known = symbol(ast.unparse(node)) if not args[0].varies and not self._local(args[0]) else None
            return replace(NUMBER, poly=known, varies=args[0].varies)
        if name == "int" and len(args) == 1 and args[0].kind == "number":
            poly = args[0].poly
            whole = poly is not None and not any(one.endswith("key") for one in poly.names)
            return replace(NUMBER, poly=poly if whole else None, varies=args[0].varies)
        if name in ("isinstance", "type", "callable", "issubclass"):
            return replace(NUMBER, varies=any(one.varies for one in args)) if name != "type" else UNKNOWN
        if name == "getattr" and (len(node.args) < 2 or not isinstance(node.args[1], ast.Constant)):
            self.unknown(node, "getattr")
        if name == "iter" and args:
            value = args[0]
            self.read(value, node)
            return replace(self.site(node, "iterator"), elem=part(value, SOMEWHERE), varies=value.varies)
        for one in args:
            self.dunder(one, ("__iter__", "__next__"), node)
        if name in ("sum", "min", "max", "sorted"):
            for one in args:
                self.dunder(one, ("__lt__", "__gt__", "__add__", "__radd__"), node)
        if name in ("str", "repr", "format", "print"):
            for one in args:
                self.dunder(one, ("__str__", "__repr__", "__format__"), node)
        if name in ("float", "int", "bool", "abs", "round"):
            for one in args:
                self.dunder(one, ("__float__", "__int__", "__bool__", "__abs__", "__round__"), node)
        return self.effect(f"builtins.{name}", name, args, keywords, node)

    def library(self, dotted: str, args: list[Value], keywords: dict[str, Value], node: ast.Call) -> Value:
        if dotted in OPENERS:
            return self.opened(args, keywords, node)
        if dotted == "PIL.Image.open":
            self.used(args, keywords, node)
            return self.site(node, "image")
        if dotted in ("time.localtime", "time.gmtime", "time.strftime") and len(args) < 1 + (
            dotted == "time.strftime"
        ):
            self.hazard("clock", node, dotted)
        if dotted.startswith("pandas.read_") and {"chunksize", "iterator"} & keywords.keys():
            self.used(args, keywords, node)
            return self.site(node, "iterator")
        if dotted == "collections.defaultdict" and args and not self.plain_factory(args[0]):
            return self.unknown_call(node, "a defaultdict whose factory looks around", args, keywords)
        if dotted == "collections.defaultdict":
            self.used(args, keywords, node)
            return replace(self.site(node, "dict"), distinct=True, varies=any(one.varies for one in args))
        if dotted in ("io.StringIO", "io.BytesIO"):
            self.used(args, keywords, node)
            return replace(self.site(node, "file"), varies=True, library="")
        if dotted == "collections.namedtuple":
            return Value("type", calls=frozenset({("library", "types.SimpleNamespace")}))
        if dotted.rpartition(".")[2] in iterables.PROGRESS_BARS and args:
            self.read(args[0], node)
            return args[0]
        if dotted == "os.path.join":
            self.used(args, keywords, node)
            return replace(TEXT, varies=any(one.varies for one in args))
        if (
            dotted in ("functools.partial", "numpy.vectorize", "numba.njit", "numba.jit")
            and args
            and args[0].calls
        ):
            self.used(args, keywords, node)
            loose = {("loose", what) if how == "def" else (how, what) for how, what in args[0].calls}
            return Value(
                "function", calls=frozenset(loose), elem=self.blurred([*args[1:], *keywords.values()])
            )
        return self.effect(dotted, dotted, args, keywords, node)

    def plain_factory(self, factory: Value) -> bool:
        """Whether a defaultdict's factory only makes something new."""
        makers = {"int", "float", "list", "dict", "set", "str", "tuple", "defaultdict", "Counter", "np"}
        for how, what in factory.calls:
            if how == "def" and isinstance(what, ast.FunctionDef | ast.Lambda):
                nodes = list(ast.walk(what))
                if not {one.id for one in nodes if isinstance(one, ast.Name)} <= makers:
                    return False
                fields = {one.attr for one in nodes if isinstance(one, ast.Attribute)}
                if not fields <= {"inf", "nan", "zeros", "ones"}:
                    return False
            elif how not in ("builtin", "library", "class"):
                return False
        return bool(factory.calls) or factory.kind == "none"

    def effect(
        self, dotted: str, label: str, args: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        """A call that the tables describe, or not."""
        effect = tables().function(dotted) if dotted not in self.program.patched else None
        varies = self.used(args, keywords, node)
        if self.recording and label not in IDLE and not dotted.startswith("builtins."):
            self.trail.calls += 1
        if effect is None:
            return self.unknown_call(node, label, args, keywords)
        if effect.does in HAZARDS:
            self.hazard(HAZARD_CODES.get(effect.does, effect.does), node, label)
            kind = effect.gives if effect.gives != "?" else MADE_BY_HAZARDS.get(effect.does, "foreign")
            return (
                replace(self.site(node, kind), varies=True)
                if kind not in ("number", "text")
                else Value(kind, varies=True)
            )
        if effect.calls:
            self.callbacks(label, args, keywords, node)
        if effect.seed and not self.seeded(effect, args, keywords):
            self.hazard("shared-random-state", node, label)
        if effect.needs_argument:
            if (not args and not keywords) or (args and args[0].kind == "none"):
                self.hazard("shared-random-state", node, f"{label}() without a seed")
            if args and args[0].kind == "rng":
                return replace(args[0], kind="rng")
        if 0 <= effect.out < len(args):
            self.record("change", args[effect.out].places, node, op=label, kind=args[effect.out].kind)
        if any(
            one.arg == "copy" and isinstance(one.value, ast.Constant) and not one.value.value
            for one in node.keywords
        ):
            effect = replace(effect, view=True)
        if "out" in keywords:
            self.record("change", keywords["out"].places, node, op=label, kind=keywords["out"].kind)
        if effect.does in ("change", "exhaust", "draw") and args:
            op = label if effect.does == "change" else effect.does
            self.record("change", args[0].places, node, op=op, kind=args[0].kind)
            if args[0].kind in ("module", "class", "function", "foreign"):
                self.hazard("global-state", node, ast.unparse(node.args[0]))
            if dotted in ("heapq.heappop", "builtins.next"):
                return replace(part(args[0], SOMEWHERE), varies=True)
            for one in args[1:]:
                self.keep(args[0], one)
            if effect.gives == "?":
                return replace(UNKNOWN, varies=True)
        if label in ("map", "filter") and len(args) > 1:
            elem = part(args[1], SOMEWHERE) if label == "filter" else None
            return replace(self.site(node, "iterator"), elem=elem, varies=varies)
        if effect.does in ("pure", "reads") and any(one.kind in ("iterator", "file") for one in args):
            for one in args:
                if one.kind in ("iterator", "file") and not effect.view and effect.gives != "iterator":
                    self.record("change", one.places, node, op="exhaust", kind=one.kind)
        heavy = label.startswith(("scipy.", "sklearn.", "skimage.", "pandas.read", "numpy.linalg", "PIL."))
        if self.recording and heavy:
            self.trail.heavy += 1
        if label in ("max", "min") and len(args) > 1:
            plain = all(one.kind == "number" for one in args)
            return replace(NUMBER if plain else join(args), poly=None, varies=varies)
        if label in ("max", "min") and args:
            return replace(part(args[0], SOMEWHERE), poly=None, varies=varies)
        if label == "range":
            return Value("range", distinct=True, varies=varies)
        if label == "numpy.arange":
            return replace(self.site(node, "array"), distinct=True, varies=varies)
        if label in ("numpy.unique", "pandas.unique"):
            return replace(self.site(node, "array"), distinct=True, varies=varies)
        return self.given_back(effect, args, node, varies)

    def opened(self, args: list[Value], keywords: dict[str, Value], node: ast.Call) -> Value:
        """``open``: fine for reading, a hazard for anything else."""
        self.used(args, keywords, node)
        mode = (
            node.args[1]
            if len(node.args) > 1
            else next((k.value for k in node.keywords if k.arg == "mode"), None)
        )
        reading = mode is None or (
            isinstance(mode, ast.Constant)
            and isinstance(mode.value, str)
            and not set(mode.value) & set("wax+")
        )
        if not reading:
            self.hazard("file-output", node, "open for writing")
        if self.recording:
            self.trail.heavy += 1
        return replace(self.site(node, "file"), varies=True)


def _calls_first(name: str) -> bool:
    """Whether a function of the tables calls its first argument."""
    if name in FIRST_IS_CALLED or name in METHODS_CALL:
        return True
    return name.startswith(("scipy.integrate.", "scipy.optimize."))


def _badness(effect: Effect) -> int:
    if effect.does in HAZARDS:
        return 9
    order = ["pure", "reads", "append", "add", "merge", "change", "exhaust", "draw"]
    return order.index(effect.does) if effect.does in order else 8


def _plain(value: Value) -> bool:
    return value.kind in ("number", "?")
