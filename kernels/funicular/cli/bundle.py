"""``funicular bundle``: a wheelhouse for machines without internet, as a folder or one .tar."""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import sys
import tempfile
from pathlib import Path

from funicular.bundles import making, manifest
from funicular.bundles.alone import tell
from funicular.bundles.installing import extras
from funicular.bundles.manifest import Manifest
from funicular.bundles.needed import Found
from funicular.bundles.own_wheel import own_wheel
from funicular.bundles.target import MACHINES, USUAL_GLIBC, target
from funicular.cli.shown import add_json, print_json, table
from funicular.units import format_bytes, plural

SUMMARY = "pack all that a machine without internet needs to install Funicular"
EXAMPLES = """\
examples:
  funicular bundle                                    for this Python and processor, with JupyterLab
  funicular bundle --tar --machine aarch64            one file, for ARM nodes
  funicular bundle --extras "" --python 3.12          the kernel alone, for Python 3.12
  funicular bundle --dry-run                          only say what would be fetched

There, without internet:
  tar -xf funicular-...tar && python3 funicular-.../install.py
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument(
        "--output", metavar="PATH", help="where to write it (default: here, named by what it is)"
    )
    parser.add_argument("--tar", action="store_true", help="one .tar instead of a folder")
    parser.add_argument("--extras", default="lab", help="extras of Funicular, comma between (default: lab)")
    parser.add_argument("--python", default=version, help=f"the Python there (default: {version})")
    parser.add_argument(
        "--machine",
        default=machine,
        help=f"the processor there: {' or '.join(MACHINES)} (default: {machine})",
    )
    parser.add_argument(
        "--glibc", default=USUAL_GLIBC, help=f"the oldest glibc there (default: {USUAL_GLIBC})"
    )
    parser.add_argument(
        "--wheel", metavar="FILE", help="Funicular's own wheel (default: one of what runs now)"
    )
    parser.add_argument("--dry-run", action="store_true", help="fetch nothing, say what would be")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Make the bundle, or say what would be in it."""
    there = target(options.python, options.machine, options.glibc)
    with tempfile.TemporaryDirectory(prefix="funicular-wheel-") as private:
        tell("Making Funicular's own wheel.")
        wheel = own_wheel(Path(private), Path(options.wheel) if options.wheel else None)
        order = making.Order(wheel, extras(options.extras), there)
        place = Path(os.path.abspath(options.output or order.name + (".tar" if options.tar else "")))
        if not options.dry_run:
            making.free(place)
        found = making.resolve(order, tell)
        if options.dry_run:
            _say_found(found, place, options)
            return 0
        made = making.make(order, found, place, is_tar=options.tar, tell=tell)
    _say_made(made, place, options)
    return 0


def _say_found(found: tuple[Found, ...], place: Path, options: argparse.Namespace) -> None:
    if options.json:
        wheels = [{"name": each.name, "version": each.version, "file": each.file} for each in found]
        print_json({"path": str(place), "wheels": wheels})
        return
    print(table(("package", "version", "file"), [(each.name, each.version, each.file) for each in found]))
    print(f"{plural(len(found), 'wheel')} for {place}; how big they are is known once they are fetched.")


def _say_made(made: Manifest, place: Path, options: argparse.Namespace) -> None:
    digest = hashlib.sha256(manifest.render(made).encode("utf-8")).hexdigest()
    if options.json:
        print_json({"path": str(place), "manifest_sha256": digest, "manifest": made})
        return
    print(f"Made {place}: {plural(len(made.wheels), 'wheel')}, {format_bytes(made.bytes)}.")
    print(f"SHA-256 of its {manifest.MANIFEST}: {digest}")
    print(f"There: python{made.python} install.py in it, or funicular kernel install --from {place.name}")
