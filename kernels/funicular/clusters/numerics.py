"""What the last digits of a result may depend on: the BLAS build and the processor's features.

Two nodes with the same packages may still add in another order: OpenBLAS and NumPy choose their kernels by
the processor. So the notebook and each node say what they have; a difference is told, not refused.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from funicular.units import plural

NAMED = 4  # features named one by one


@dataclass(frozen=True, slots=True)
class Numerics:
    """One process's.   blas: each library with version, processor kind and threading, sorted.

    blas_threads: the most that one of them uses.   features: of the processor, those that NumPy uses.
    """

    numpy: str
    blas: tuple[str, ...]
    blas_threads: int
    features: tuple[str, ...]

    def is_like(self, other: Numerics) -> bool:
        """Whether the same code gives the same bits, as far as libraries and processor decide it."""
        return (self.numpy, self.blas, self.features) == (other.numpy, other.blas, other.features)


def numerics() -> Numerics | None:
    """What this process has; ``None`` when it has not loaded NumPy (and then nothing depends on it)."""
    if (numpy := sys.modules.get("numpy")) is None:
        return None
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    blas = _numpy_s([each for each in threadpool_info() if each["user_api"] == "blas"])
    return Numerics(
        str(numpy.__version__),
        tuple(sorted({_in_short(each) for each in blas})),
        max((int(each["num_threads"]) for each in blas), default=1),
        tuple(sorted(name for name, has in _features().items() if has)),
    )


def in_words(host: str, there: Numerics, here: Numerics) -> str:
    """A sentence for the cell, empty when nothing differs.   there: on the node ``host``."""
    found = []
    if there.numpy != here.numpy:
        found.append(f"NumPy {there.numpy} there, {here.numpy} here")
    if there.blas != here.blas:
        found.append(f"BLAS {_all(there.blas)} there, {_all(here.blas)} here")
    for where, more, fewer in (("there", there, here), ("here", here, there)):
        if only := [each for each in more.features if each not in fewer.features]:
            named = ", ".join(only[:NAMED])
            rest = f" and {plural(len(only) - NAMED, 'more feature')}" if len(only) > NAMED else ""
            found.append(f"the processor has {named}{rest} only {where}")
    if not found:
        return ""
    return (
        f"Numbers may differ in their last digits between this notebook and workers on {host}: "
        f"{'; '.join(found)}.\n"
        "  Next: nothing, unless results must agree bit for bit: then run all of it on one kind of node.\n"
    )


def _numpy_s(blas: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """NumPy's own, where it brings one: SciPy's is loaded here and not there as imports have it."""
    own = [each for each in blas if "numpy" in PurePath(str(each.get("filepath", ""))).parent.name]
    return own or blas


def _in_short(blas: Mapping[str, object]) -> str:
    parts = (blas.get(each) for each in ("internal_api", "version", "architecture", "threading_layer"))
    return " ".join(str(part) for part in parts if part)


def _all(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _features() -> Mapping[str, bool]:
    for name in ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath"):  # NumPy 2, NumPy 1
        if (module := sys.modules.get(name)) is not None:
            return dict(getattr(module, "__cpu_features__", {}))
    return {}
