"""``funicular kernel install|list|remove``: the kernel *Python 3 (Funicular)* of this environment."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from funicular.bundles.alone import tell
from funicular.bundles.installing import NAME, add_kernel_options, add_options, in_words, is_wanted, wanted
from funicular.bundles.installing import install as install_environment
from funicular.cli import kernel_in_job
from funicular.cli.kernel_environment import kernel_environment
from funicular.cli.shown import add_json, print_json, table
from funicular.errors import FunicularError

SUMMARY = "install, list and remove the notebook kernel"
MODULE = "funicular.kernel"
EXAMPLES = """\
examples:
  funicular kernel install                                           this environment, for you
  funicular kernel install --from BUNDLE --environment ~/envs/physics    a new one, without internet
  funicular kernel install --environment ~/envs/physics --name physics   a new one, from the package index
  funicular kernel install --in-job --queue small --name physics     the same, inside a job
"""


class KernelNotInstalled(FunicularError):
    """A kernel could not be put in or taken out."""

    code = "kernel-not-installed"


def configure(parser: argparse.ArgumentParser) -> None:
    """The verbs of this command."""
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    install = _verb(verbs, "install", "offer an environment, this one or a new one, as a kernel", _install)
    install.formatter_class, install.epilog = argparse.RawDescriptionHelpFormatter, EXAMPLES
    add_kernel_options(install)
    add_options(install)
    kernel_in_job.add_options(install)
    _verb(verbs, "list", "where it is installed, and which Python it runs", _list)
    remove = _verb(verbs, "remove", "take it away", _remove)
    remove.add_argument("--name", default=NAME, help=f"its short name (default: {NAME})")


def spec(display_name: str, python: str = sys.executable, environment: Any = None) -> dict[str, Any]:
    """The kernel's description; it runs this interpreter wherever it is started from."""
    return {
        "argv": [python, "-m", MODULE, "-f", "{connection_file}"],
        "env": environment or {},
        "display_name": display_name,
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {
            "debugger": True,
            "supported_encryption": ["curve"],
            "supported_features": ["kernel subshells"],
        },
    }


def _install(options: argparse.Namespace) -> int:
    in_job = kernel_in_job.is_wanted(options)
    if not in_job and not is_wanted(options):
        return _install_this(options)
    wish = wanted(options)
    done = kernel_in_job.install(options, wish, tell) if in_job else install_environment(wish, tell)
    if options.json:
        print_json(done)
    else:
        print(in_words(done))
    return 0


def _install_this(options: argparse.Namespace) -> int:
    import json
    import tempfile

    from jupyter_client.kernelspec import KernelSpecManager

    prefix = sys.prefix if options.sys_prefix else options.prefix
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "kernel"
        source.mkdir(mode=0o755)
        environment = kernel_environment(os.environ, sys.prefix)
        written = spec(options.display_name, environment=environment)
        (source / "kernel.json").write_text(json.dumps(written, indent=2) + "\n")
        for logo in _logos():
            (source / logo.name).write_bytes(logo.read_bytes())
        try:
            where = KernelSpecManager().install_kernel_spec(
                str(source), kernel_name=options.name, user=prefix is None, prefix=prefix
            )
        except (OSError, ValueError) as problem:
            raise KernelNotInstalled(
                "The kernel could not be installed.",
                why=str(problem),
                next_step="Choose a place where you may write: funicular kernel install --user",
            ) from problem
    if options.json:
        print_json({"name": options.name, "folder": where})
    else:
        print(f"Installed {options.display_name!r} as {options.name} in {where}.")
    return 0


def _list(options: argparse.Namespace) -> int:
    found = [{"name": name, "folder": folder, "python": python} for name, folder, python in installed()]
    if options.json:
        print_json(found)
    elif not found:
        print("The kernel is not installed. Install it with: funicular kernel install")
    else:
        print(
            table(
                ("name", "python", "folder"), [(one["name"], one["python"], one["folder"]) for one in found]
            )
        )
    return 0


def installed() -> list[tuple[str, str, str]]:
    """Name, folder and interpreter of each kernel that is ours."""
    from jupyter_client.kernelspec import KernelSpecManager

    specs = KernelSpecManager().get_all_specs()
    return [
        (name, one["resource_dir"], one["spec"]["argv"][0])
        for name, one in sorted(specs.items())
        if MODULE in one["spec"]["argv"]
    ]


def _remove(options: argparse.Namespace) -> int:
    from jupyter_client.kernelspec import KernelSpecManager

    ours = [name for name, _, _ in installed()]
    if options.name not in ours:
        raise KernelNotInstalled(
            f"There is no kernel {options.name} of Funicular's.",
            why=f"installed are: {', '.join(ours)}" if ours else "none is installed",
            next_step="List them with: funicular kernel list",
        )
    try:
        where = KernelSpecManager().remove_kernel_spec(options.name)
    except OSError as problem:
        raise KernelNotInstalled(
            f"The kernel {options.name} could not be removed.", why=str(problem), next_step="Ask its owner."
        ) from problem
    if options.json:
        print_json({"removed": options.name, "folder": where})
    else:
        print(f"Removed {options.name} from {where}.")
    return 0


def _logos() -> list[Path]:
    """The kernel's pictures: in the source tree, else where an installation puts them."""
    from jupyter_core.paths import jupyter_path

    in_tree = Path(__file__).parents[2] / "kernelspec" / NAME
    places = [in_tree, *(Path(folder) / NAME for folder in jupyter_path("kernels"))]
    return next((found for place in places if (found := sorted(place.glob("logo*")))), [])


def _verb(verbs: Any, name: str, summary: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run)
    add_json(parser)
    return parser


def run(options: argparse.Namespace) -> int:
    """Each verb brings its own."""
    raise AssertionError("a verb is required")
