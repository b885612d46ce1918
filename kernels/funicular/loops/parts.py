"""Values of parts, elements, functions and libraries."""

from __future__ import annotations

import ast
from dataclasses import replace

from funicular.loops.scope import Function
from funicular.loops.values import (
    NUMBER,
    REFERENCE,
    UNKNOWN,
    Callee,
    Place,
    Step,
    Value,
)

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


def is_promise(method: ast.FunctionDef) -> bool:
    """Whether a method only says that classes which build on this one have it."""
    if any(ast.unparse(one).rpartition(".")[2] == "abstractmethod" for one in method.decorator_list):
        return True
    return all(
        isinstance(one, ast.Pass | ast.Raise)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in method.body
    )


def library_value(dotted: str) -> Value:
    callee: Callee = ("library", dotted)
    return Value("module", calls=frozenset({callee}), library=dotted)


def unpacked(value: Value, unpack: tuple[int, ...]) -> Value:
    """The part of a value that a tuple target binds."""
    for index in unpack:
        value = value.parts[index] if 0 <= index < len(value.parts) else part(value, Step("any"))
    return value


def referred(places: frozenset[Place]) -> frozenset[Place]:
    """Elements differ, but parts of them may be objects that other elements refer to as well."""
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
