"""The data files about libraries."""

from __future__ import annotations

import builtins
import importlib
import tomllib
from importlib.resources import files

import pytest

from funicular.loops.purity.table import tables

FILES = sorted(
    (path for path in (files("funicular.loops.purity") / "tables").iterdir() if path.name.endswith(".toml")),
    key=lambda path: path.name,
)
# Names of older or newer versions than the one that is installed.
OTHER_VERSIONS = {
    "builtins.display",
    "numpy.asfarray",
    "numpy.in1d",
    "numpy.trapz",
    "numpy.float_",
    "pandas.value_counts",
    "scipy.integrate.simps",
    "scipy.integrate.trapz",
    "scipy.integrate.cumtrapz",
    "scipy.linalg.kron",
    "scipy.special.sph_harm",
    "math.fma",
    "math.sumprod",
    "math.cbrt",
    "math.exp2",
    "itertools.batched",
    "copy.replace",
    "random.binomialvariate",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_entry_has_its_source(path):
    """Each group of names says where it is written."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))

    groups = [group for kind in ("functions", "methods", "modules") for group in content.get(kind, ())]

    assert groups
    assert all(
        group["source"].startswith("https://") and group["names"] and group["does"] for group in groups
    )


def test_every_function_is_one_of_its_library():
    """A name that the installed library does not have is a slip, or one of another version."""
    known = tables()
    missing = []
    for dotted in known.functions:
        top = dotted.partition(".")[0]
        if top in known.anywhere or dotted in OTHER_VERSIONS:
            continue
        if top in ("PIL", "scipy", "pandas") and importlib.util.find_spec(top) is None:
            continue
        if not exists(dotted):
            missing.append(dotted)

    assert missing == []


def exists(dotted: str) -> bool:
    if dotted.startswith("builtins."):
        return hasattr(builtins, dotted.removeprefix("builtins."))
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for name in parts[length:]:
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return True
    return False


def test_an_unknown_function_is_not_described():
    """Nothing is said of names that no table has; of a module that only draws, everything is known."""
    assert tables().function("numpy.no_such_thing") is None
    assert tables().function("mystery.f") is None
    assert tables().function("matplotlib.pyplot.plot").does == "plotting"
    assert tables().function("sklearn.linear_model.Ridge").gives == "model"
