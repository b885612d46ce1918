"""Builtins and libraries: looked up in the data files, a few of them told apart by their arguments."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.methods import HAZARD_CODES, HAZARDS, Methods
from funicular.loops.parts import part
from funicular.loops.polynomial import symbol
from funicular.loops.purity.table import tables
from funicular.loops.values import (
    NUMBER,
    SOMEWHERE,
    TEXT,
    UNKNOWN,
    Value,
    join,
)
from funicular.loops.walked_calls import PROGRESS_BARS

OPENERS = frozenset(["open", "io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open", "builtins.open"])


MADE_BY_HAZARDS = {
    "random": "?", "clock": "number", "identity": "number", "outside": "text", "environment": "text",
    "plotting": "axes",
}  # fmt: skip


CHEAP = frozenset(
    ["builtins", "math", "cmath", "operator", "string", "os", "time", "datetime", "calendar", "collections"]
)


class Libraries(Methods):
    """Adds builtins and library functions to the walk."""

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
        if name == "type" and len(args) > 1:
            return self.unknown_call(node, "a class made by type()", args, keywords)
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
        if name in ("set", "frozenset", "dict", "hash"):
            self.hashed_within(args, node)
        if name in ("sum", "min", "max", "sorted"):
            for one in args:
                for inner in (one, *([one.elem] if one.elem is not None else [])):
                    self.dunder(inner, ("__lt__", "__gt__", "__add__", "__radd__"), node)
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
        if dotted.rpartition(".")[2] in PROGRESS_BARS and args:
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
        if dotted in ("collections.Counter", "collections.OrderedDict", "numpy.unique", "pandas.unique"):
            self.hashed_within(args, node)
        return self.effect(dotted, dotted, args, keywords, node)

    def hashed_within(self, args: list[Value], node: ast.AST) -> None:
        """A set or dict is made of what is in the arguments."""
        for one in args:
            self.hashed(one, node)
            if one.elem is not None:
                self.hashed(one.elem, node)

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
        if self.recording and dotted.partition(".")[0] not in CHEAP:
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
