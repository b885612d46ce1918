"""What a kernel of another environment is started with."""

from __future__ import annotations

from funicular.cli.kernel_environment import kernel_environment


def test_its_programs_come_first():
    """The server's own PATH stays behind it; without modules nothing else is written down."""
    found = kernel_environment({"PATH": "/usr/bin", "LD_LIBRARY_PATH": "/x", "TOKEN": "secret"}, "/envs/mine")

    assert found == {"PATH": "/envs/mine/bin:${PATH}"}


def test_an_active_environment_says_its_name_and_another_ones_does_not():
    """A conda environment's name is its own; one that happens to be active elsewhere is not taken along."""
    active = {"CONDA_PREFIX": "/envs/mine", "CONDA_DEFAULT_ENV": "mine"}

    assert kernel_environment(active, "/envs/mine")["CONDA_DEFAULT_ENV"] == "mine"
    assert "CONDA_PREFIX" not in kernel_environment(active, "/envs/other")


def test_loaded_modules_are_taken_along():
    """A Python of a module finds its libraries from any Jupyter; a dollar sign in a value stays one."""
    loaded = {"LOADEDMODULES": "Python/3.11", "LD_LIBRARY_PATH": "/apps/$ABI/lib", "EBROOTPYTHON": "/apps/p"}
    found = kernel_environment(loaded, "/apps/p")

    assert found["LD_LIBRARY_PATH"] == "/apps/$$ABI/lib"
    assert found["EBROOTPYTHON"] == "/apps/p"
    assert found["LOADEDMODULES"] == "Python/3.11"
