"""Classes of the user: new objects, methods, ``super``."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.functions import Functions
from funicular.loops.parts import HARMLESS_DECORATORS, function_value, is_promise
from funicular.loops.scope import parameters
from funicular.loops.values import (
    NONE,
    UNKNOWN,
    Root,
    Value,
    join,
)

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

BUILTIN_BASES = frozenset(["dict", "list", "tuple", "str", "float", "int"])


class Objects(Functions):
    """Adds classes of the cells to the walk."""

    def instance(
        self, owner: ast.ClassDef, args: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        """A new object of a class in these cells."""
        lineage = self.lineage([owner])
        for one in lineage:
            for base in one.bases:
                text = ast.unparse(base).partition("[")[0]
                if text not in PLAIN_BASES and text not in self.reader.classes and text not in BUILTIN_BASES:
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
        leaving = self.find_method(lineage, "__del__")
        if leaving is not None and self.impure(leaving):
            self.hazard("operator", node, f"{owner.name}.__del__")
        mine: set[Root] = set()  # what its own methods make belongs to this object alone
        self.making.append(mine)
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
        self.making.pop()
        held = [self.contents[root] for root, _ in made.places if root in self.contents]
        held = [
            replace(one, places=frozenset(place for place in one.places if place[0] not in mine))
            for one in held
        ]
        for root, _ in made.places:
            if held:
                self.contents[root] = join(held)
        return replace(made, elem=join(held) if held else None, varies=varies)

    def new_class(self, node: ast.ClassDef) -> None:
        """A class statement runs: decorators, ``__init_subclass__`` of its bases, and its body."""
        lineage = self.lineage([node])
        for one in lineage:
            for base in one.bases:
                text = ast.unparse(base).partition("[")[0]
                if text not in PLAIN_BASES | BUILTIN_BASES and text not in self.reader.classes:
                    self.unknown(node, f"{node.name}, which builds on {text}")
            if one.keywords:
                self.unknown(node, f"{one.name}, which has a metaclass or keywords")
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if ast.unparse(called) not in HARMLESS_DECORATORS:
                self.unknown(node, f"{node.name} (decorated)")
        made = self.find_method(lineage[1:], "__init_subclass__")
        if made is not None and self.impure(made):
            self.hazard("operator", node, f"{node.name}.__init_subclass__")
        for statement in node.body:
            match statement:
                case ast.FunctionDef():
                    for how, what in function_value(statement).calls:
                        if how == "unknown":
                            self.unknown(node, str(what))
                    for default in [*statement.args.defaults, *statement.args.kw_defaults]:
                        if default is not None:
                            self.use(default)
                case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                    self.dunder(self.use(value), ("__set_name__",), node)
                case ast.Pass() | ast.AnnAssign() | ast.Expr(value=ast.Constant()):
                    continue
                case _:
                    self.unknown(node, f"the body of {node.name}")

    def find_method(self, lineage: list[ast.ClassDef], name: str) -> ast.FunctionDef | None:
        for owner in lineage:
            for one in owner.body:
                if isinstance(one, ast.FunctionDef) and one.name == name:
                    return one
        return None

    def super_value(self) -> Value:
        for frame in reversed(self.frames):
            if frame.function is not None and (owner := self.program.owner(frame.function)) is not None:
                first = next((arg.arg for arg in parameters(frame.function)), "")
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
        self,
        method: ast.FunctionDef,
        me: Value,
        args: list[Value],
        keywords: dict[str, Value],
        node: ast.AST,
        *,
        of_class: bool = False,
    ) -> Value:
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

    def dispatch(
        self, base: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        """A method of an object whose class is in these cells."""
        results = []
        for owner in base.classes:
            method = self.find_method(self.lineage([owner]), name)
            if base.opened and base.kind == "instance" and method is not None:
                results += [
                    self.bound(other, base, args, keywords, node)
                    for heir, other in self.reader.methods.get(name, ())
                    if other is not method and owner in self.lineage([heir])
                ]
                if is_promise(method):
                    results.append(self.unknown_call(node, f"{owner.name}.{name}", [base, *args], keywords))
                    continue
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
