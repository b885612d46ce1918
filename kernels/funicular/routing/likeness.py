"""Whether a function and its items are those of an earlier process: a digest that does not depend on it.

A pickle would not do: it names notebook classes by random numbers and walks sets in the order of the hash
seed. Here functions and classes of the user's own count by their code (not by comments, lines or files),
with the values that they use; sets count sorted; everything else as it pickles.
"""

from __future__ import annotations

import dis
import pickle
import re
import sys
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from types import CodeType, FunctionType, MappingProxyType, ModuleType
from typing import Any

from funicular.errors import FunicularError

LENGTH = 16  # bytes of a digest
_PASSING = re.compile(  # what Python adds to a class: nothing of the user's
    r"__(dict|weakref|module|doc|firstlineno|static_attributes|annotations_cache|annotate_func"
    r"|abstractmethods|qualname|slotnames)__|_abc_impl"
)


class CannotCompare(FunicularError, TypeError):
    """A function or an item whose content cannot be compared with that of an earlier process."""

    code = "cannot-compare"
    status = 400


def of(value: Any, *, what: str) -> bytes:
    """The digest of a value, 16 bytes.   what: how to name it in an error. Raises ``CannotCompare``."""
    try:
        return _digest(value)
    except Exception as error:  # a user's __reduce__ may raise anything
        raise CannotCompare(
            f"{what} cannot be compared with what was there when results were stored.",
            why=f"{type(error).__name__}: {error}",
            next_step="Make such an object (file, lock) inside the function, or leave resume= out.",
        ) from error


def of_each(items: Sequence[Any], *, first: int, called: str) -> bytes:
    """The digests of arguments of ``called``, 16 bytes each.   first: the number of the first, from 0."""
    return b"".join(
        of(item, what=f"Item {number + 1} of `{called}`") for number, item in enumerate(items, start=first)
    )


def of_function(function: Any, name: str) -> dict[str, str]:
    """What a function is, part by part: its text, its defaults, and each value that it uses by name."""
    if type(function) is not FunctionType:
        return {f"`{name}` itself": of(function, what=f"`{name}`").hex()}
    parts: dict[str, Any] = {
        "its text": _of_code(function.__code__),
        "its default values": (function.__defaults__, function.__kwdefaults__),
    }
    parts |= {f"`{each}`, which it uses": value for each, value in used_by(function).items()}
    me = _Seen((id(function),))
    found = {}
    for part, value in parts.items():
        try:
            found[part] = _digest(value, me).hex()
        except Exception as error:
            raise CannotCompare(
                f"The function `{name}` cannot be compared with that of an earlier run: {part}.",
                why=f"{type(error).__name__}: {error}",
                next_step="Hand it such a value as an argument, or leave resume= out.",
            ) from error
    return found


def used_by(function: FunctionType) -> dict[str, Any]:
    """The globals and outer variables that a function reads, by name."""
    names = sorted(_globals_of(function.__code__))
    scope = function.__globals__
    used = {name: scope[name] for name in names if name in scope}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            used[name] = cell.cell_contents
        except ValueError:  # not bound yet
            used[name] = None
    return used


def _globals_of(code: CodeType) -> set[str]:
    found = {str(each.argval) for each in dis.get_instructions(code) if each.opname in _READS}
    return found.union(*(_globals_of(each) for each in code.co_consts if isinstance(each, CodeType)))


_READS = ("LOAD_GLOBAL", "LOAD_NAME")
_Seen = tuple[int, ...]  # functions and classes that the walk is inside of


def _digest(value: Any, seen: _Seen = ()) -> bytes:
    sink = _Sink()
    walker = _Walker(sink, protocol=5)
    walker.fast = True  # no memo: equal is equal, whether or not it is the same object
    walker.seen = seen
    walker.dump(value)
    return sink.hash.digest()


class _Sink:
    def __init__(self) -> None:
        self.hash = blake2b(digest_size=LENGTH)

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return len(data)


class _Walker(pickle.Pickler):
    """Pickles into a digest; what differs between equal processes is put otherwise."""

    seen: _Seen = ()

    def persistent_id(self, value: Any) -> Any:
        """What stands for this value; ``None``: itself."""
        kind = type(value)
        if kind in _ATOMS:
            return None
        if kind is set or kind is frozenset:
            return kind.__name__, tuple(sorted(_digest(each, self.seen) for each in value))
        if kind is MappingProxyType:
            return dict(value)
        if kind is CodeType:
            return _of_code(value)
        if isinstance(value, ModuleType):
            return _of_module(value)
        if isinstance(value, type | FunctionType) or hasattr(value, "__wrapped__"):
            return self._of_definition(value)
        return None

    def _of_definition(self, value: Any) -> Any:
        if id(value) in self.seen:
            return "inside", self.seen.index(id(value))
        if not _is_own(value):
            return None
        inside = (*self.seen, id(value))
        if isinstance(value, FunctionType):
            kept = {k: v for k, v in vars(value).items() if k != "__wrapped__"}
            parts: tuple[Any, ...] = (
                value.__code__,
                value.__defaults__,
                value.__kwdefaults__,
                used_by(value),
                kept,
            )
        elif isinstance(value, type):
            scope = {k: _member(v) for k, v in sorted(vars(value).items()) if not _PASSING.fullmatch(k)}
            parts = (value.__name__, value.__bases__, scope)
        else:
            parts = (type(value), value.__wrapped__)
        return "own", _digest(parts, inside)


_ATOMS = frozenset({int, float, str, bytes, bool, complex, type(None), tuple, list, dict})


def _member(value: Any) -> Any:
    """A class's attribute, as something that pickles."""
    if isinstance(value, property):
        return "property", value.fget, value.fset, value.fdel
    if isinstance(value, staticmethod | classmethod):
        return type(value).__name__, value.__func__
    if isinstance(value, FunctionType | type) or not hasattr(type(value), "__get__"):
        return value
    return type(value).__name__, getattr(value, "func", None)  # slots; functools' cached_property and kin


def _of_code(code: CodeType) -> tuple[Any, ...]:
    """A code object without its lines and its file."""
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return code.co_name, code.co_code, code.co_consts, code.co_exceptiontable, names, counts


def _of_module(module: ModuleType) -> tuple[str, Any]:
    """A module: its name; one of the user's own with the code of its file."""
    from funicular.routing import modules

    if module.__name__ not in modules.register():
        return "module", module.__name__
    text = Path(str(module.__file__)).read_bytes()
    below = [
        (each.__name__, Path(str(each.__file__)).read_bytes())
        for each in _own_below(module, {module.__name__})
    ]
    return "own module", (module.__name__, _code_of(text), [(name, _code_of(each)) for name, each in below])


def _own_below(module: ModuleType, seen: set[str]) -> list[ModuleType]:
    """The user's own modules that this one uses, in the order of their names."""
    from funicular.routing import modules

    own = set(modules.register())
    named = {getattr(each, "__module__", None) for each in vars(module).values()}
    named |= {each.__name__ for each in vars(module).values() if isinstance(each, ModuleType)}
    found = []
    for name in sorted(str(each) for each in named if each in own and each not in seen):
        seen.add(name)
        found += [sys.modules[name], *_own_below(sys.modules[name], seen)]
    return found


def _code_of(text: bytes) -> CodeType:
    return compile(text, "module", "exec")


def _is_own(value: Any) -> bool:
    """Whether the user wrote it: in the notebook, in a module beside it, or where no name leads to it."""
    from funicular.routing import modules

    name = getattr(value, "__module__", None)
    if name in ("__main__", None) or name in modules.register():
        return name is not None or isinstance(value, FunctionType)
    found: Any = sys.modules.get(str(name))
    for part in str(getattr(value, "__qualname__", "")).split("."):
        found = getattr(found, part, None)
    return found is not value
