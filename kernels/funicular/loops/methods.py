"""Methods of known and unknown data: looked up by name and kind."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.objects import Objects
from funicular.loops.parts import is_promise, part
from funicular.loops.purity.table import Effect, tables
from funicular.loops.values import (
    KEPT,
    NONE,
    SOMEWHERE,
    Step,
    Value,
    join,
)

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


FIRST_IS_CALLED = frozenset(
    ["map", "filter", "functools.reduce", "functools.partial", "numpy.vectorize", "numpy.apply_along_axis"]
)


METHODS_CALL = frozenset(["apply", "applymap", "pipe", "transform"])


class Methods(Objects):
    """Adds methods of data to the walk."""

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
                if is_promise(method):  # a class that is not seen says what it does
                    results.append(self.unknown_call(node, f"{owner.name}.{name}", [base, *args], keywords))
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
        if name in ("sort", "index", "count", "remove") and base.elem is not None:
            self.dunder(base.elem, ("__lt__", "__gt__", "__eq__"), node)
        label = ast.unparse(node.func)
        if effect.calls or name == "sort":
            self.callbacks(name, args, keywords, node, base)
        if effect.seed and not self.seeded(effect, args, keywords):
            self.hazard("shared-random-state", node, label)
        if self.truthy(node, "inplace"):
            self.record("change", base.places, node, op=label, kind=base.kind)
            return NONE
        if any(
            one.arg == "copy" and isinstance(one.value, ast.Constant) and not one.value.value
            for one in node.keywords
        ):
            effect = replace(effect, view=True)
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
                    self.referred_to(one, node)
                    self.keep(base, one if name.startswith("append") else part(one, SOMEWHERE))
                return NONE
            case "add":
                self.record("fold", base.places, node, op="add", kind="set")
                for one in args:
                    self.hashed(one, node)
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
                if name == "shuffle" and args:
                    self.record("change", args[0].places, node, op=label, kind=args[0].kind)
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
            inner = [_kept(part(one, SOMEWHERE), node) for one in sources if not one.immutable]
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


def _kept(element: Value, node: ast.AST) -> Value:
    """What a copy holds is what was in the slots at that time, whatever is put there later."""
    match node:
        case ast.Call(func=ast.Attribute(attr="copy") | ast.Name(id="list" | "tuple" | "sorted" | "copy")):
            places = frozenset(
                (root, (*path, KEPT)) if path[-1:] == (SOMEWHERE,) else (root, path)
                for root, path in element.places
            )
            return replace(element, places=places)
    return element


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
