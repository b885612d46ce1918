"""What another machine needs is worked out with its markers, not with ours."""

from __future__ import annotations

from funicular.bundles.needed import Found, closure
from funicular.bundles.target import Target


def found(**requires: tuple[str, ...]) -> dict[str, Found]:
    return {
        name.replace("_", "-"): Found(
            name.replace("_", "-"), "1.0", f"file:///{name}-1.0-py3-none-any.whl", "", needs
        )
        for name, needs in requires.items()
    }


def test_what_only_another_python_needs_is_left_out():
    """A package that pip brought for the Python that it runs in itself."""
    there = found(a=("old; python_version < '3.12'", "b"), b=(), old=())

    assert closure({"a": ()}, there, Target("3.12", "x86_64")) == ({"a", "b"}, [])
    assert closure({"a": ()}, there, Target("3.11", "x86_64")) == ({"a", "b", "old"}, [])


def test_what_pip_did_not_think_of_is_named():
    """A marker that is true there only; a version that does not fit; by the processor too."""
    there = found(a=("new>=2; python_version >= '3.13'", "b>=3", "arm; platform_machine == 'aarch64'"), b=())

    names, missing = closure({"a": ()}, there, Target("3.13", "aarch64"))
    assert names == {"a"}
    assert missing == ["new>=2", "b>=3", "arm"]


def test_extras_lead_to_extras():
    """Of a package that is needed with one, and only of that."""
    there = found(
        a=("kit[Parts]; extra == 'lab'",), kit=("screws; extra == 'parts'", "x; extra == 'y'"), screws=()
    )

    assert closure({"a": ("lab",)}, there, Target("3.12", "x86_64")) == ({"a", "kit", "screws"}, [])
    assert closure({"a": ()}, there, Target("3.12", "x86_64")) == ({"a"}, [])


def test_circles_end():
    """Packages that need each other are found once."""
    there = found(a=("b",), b=("a",))

    assert closure({"a": ()}, there, Target("3.12", "x86_64")) == ({"a", "b"}, [])
