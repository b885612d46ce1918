"""``funicular clusters list|start|scale|stop|clean|why``: your clusters, wherever they were started."""

from __future__ import annotations

import argparse
import contextlib
import time
from typing import Any

from funicular.cli.account import add_account
from funicular.cli.choose import choose, wish_from
from funicular.cli.ledger import add_ledger
from funicular.cli.leftovers import add_clean
from funicular.cli.shown import add_json, add_site, print_json, site_setting, table
from funicular.cli.why import add_why
from funicular.clusters import api_client, launch, registry, whereabouts
from funicular.clusters.api_client import ControllerSilent
from funicular.clusters.budget import Budget, parse_budget
from funicular.clusters.registry import Entry
from funicular.errors import FunicularError
from funicular.messages import ClusterView, from_json, to_json
from funicular.units import UnreadableAmount, format_core_hours, parse_bytes

SUMMARY = "list, start, scale, stop and clean up clusters"
STOP_S = 40.0
PLAN_S = 30.0  # a scheduler may take its time to list its queues
SHOWN = ("name", "site", "state", "nodes", "workers", "cores", "core_hours")


def configure(parser: argparse.ArgumentParser) -> None:
    """The verbs of this command."""
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    _verb(verbs, "list", "all your clusters", _list)
    start = _verb(verbs, "start", "start a cluster that notebooks can use", _start)
    start.add_argument(
        "name", nargs="?", default="shared", help="small letters, digits, hyphens (default: shared)"
    )
    add_site(start)
    _add_amounts(start)
    start.add_argument("--keep", action="store_true", help="let it stay when nobody uses it")
    scale = _verb(verbs, "scale", "set how big a cluster shall be", _scale)
    _add_name(scale)
    _add_amounts(scale)
    stop = _verb(verbs, "stop", "end a cluster and give its nodes back", _stop)
    _add_name(stop)
    stop.add_argument("--all", action="store_true", help="end all of them")
    add_clean(verbs)
    add_ledger(verbs)
    add_account(verbs)
    add_why(verbs)


def _list(options: argparse.Namespace) -> int:
    seen = [look(entry) for entry in registry.entries()]
    if options.json:
        print_json([as_record(view) for view in seen])
    elif not seen:
        print(
            "You have no clusters. A notebook starts one when it needs it; so does: funicular clusters start"
        )
    else:
        print(as_table(seen))
    return 0


def look(entry: Entry) -> ClusterView:
    """The cluster as its controller sees it; ``lost`` when that does not answer."""
    try:
        return api_client.view(entry)
    except FunicularError:
        return ClusterView(entry.name, entry.site, "lost", 0, 0, 0, 0.0, ())


def as_record(view: ClusterView) -> dict[str, Any]:
    """What ``--json`` prints of a cluster; promised to stay."""
    blocks = [
        {
            "job": each.job,
            "state": each.state,
            "reason": each.reason,
            "nodes": each.nodes,
            "hosts": list(each.hosts),
        }
        for each in view.blocks
    ]
    return {**{name: getattr(view, name) for name in SHOWN}, "blocks": blocks}


def as_table(views: list[ClusterView]) -> str:
    """The clusters for people, with what each waits for, and what to do about lost ones."""
    rows = [
        (
            view.name,
            view.site,
            view.state,
            view.nodes,
            view.workers,
            view.cores,
            format_core_hours(view.core_hours),
            "; ".join(dict.fromkeys(each.reason for each in view.blocks if each.reason)),
        )
        for view in views
    ]
    note = ""
    if any(view.state == "lost" for view in views):
        note = "\nThose that are lost do not answer; end what they left behind with: funicular clusters clean"
    return table(("name", "site", "state", "nodes", "workers", "cores", "cost", "waits for"), rows) + note


def _start(options: argparse.Namespace) -> int:
    wish = wish_from(options)
    entry = launch.find_or_start(options.name, site=site_setting(options), wish=wish)
    kept = api_client.call(entry, "keep", keep=True) if options.keep else {}
    view = api_client.view(entry)
    if not wish.is_empty:
        view = from_json(ClusterView, api_client.call(entry, "scale", wish=to_json(wish), timeout=PLAN_S))
    if options.json:
        print_json(as_record(view))
        return 0
    print(as_table([view]))
    print(f"Notebooks use it with FUNICULAR_CLUSTER={entry.name} in their environment.")
    if note := kept.get("note"):
        print(note)
    if not options.keep:
        print(f"It ends when nobody has used it for {launch.LEASE_S:.0f} s; --keep lets it stay.")
    return 0


def _scale(options: argparse.Namespace) -> int:
    entry = choose(options.name)
    answer = api_client.call(entry, "scale", wish=to_json(wish_from(options)), timeout=PLAN_S)
    view = from_json(ClusterView, answer)
    if options.json:
        print_json(as_record(view))
    else:
        print(as_table([view]))
        print("\n".join(view.because))
    return 0


def _stop(options: argparse.Namespace) -> int:
    entries = registry.entries() if options.all else (choose(options.name),)
    for entry in entries:
        with contextlib.suppress(ControllerSilent):
            api_client.call(entry, "stop")
    silent = [entry.name for entry in entries if not _has_ended(entry)]
    stopped = [entry.name for entry in entries if entry.name not in silent]
    if options.json:
        print_json({"stopped": stopped, "silent": silent})
    for name in [] if options.json else stopped:
        print(f"The cluster {name} has ended.")
    if not entries and not options.json:
        print("You have no clusters.")
    if silent:
        raise ControllerSilent(
            f"Not ended: {', '.join(silent)}.",
            why=f"The controller did not stop within {STOP_S:.0f} s, or is on another machine.",
            next_step="End what is left of it with: funicular clusters clean",
        )
    return 0


def _has_ended(entry: Entry) -> bool:
    """Wait until the controller is gone; whether it is."""
    deadline = time.monotonic() + STOP_S
    while registry.read(entry.name) == entry and whereabouts.alive(entry) is not False:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05 if entry.is_here else 0.3)
    return True


def _verb(verbs: Any, name: str, summary: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run)
    add_json(parser)
    return parser


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="its name; may be left out when there is only one")


def _add_amounts(parser: argparse.ArgumentParser) -> None:
    """What the cluster shall have: totals."""
    parser.add_argument("--nodes", type=int, help="how many nodes")
    parser.add_argument("--cores", type=int, help="how many cores in all")
    parser.add_argument(
        "--memory", dest="memory_bytes", metavar="SIZE", type=_memory, help='memory in all, such as "16 GB"'
    )
    parser.add_argument("--gpus", type=int, help="how many GPUs in all")
    parser.add_argument("--hours", type=float, help="how long a job may live")
    parser.add_argument("--queue", help="which queue to wait in")
    parser.add_argument("--account", help="who pays")
    parser.add_argument(
        "--budget",
        type=_budget,
        metavar="HOURS",
        help='the most it may cost: "10 core-h", "2 node-h", "4 gpu-h"',
    )


def _memory(text: str) -> int:
    """A size on the command line; one that cannot be read is a mistake there."""
    try:
        return parse_bytes(text)
    except UnreadableAmount as problem:
        raise argparse.ArgumentTypeError(problem.what) from problem


def _budget(text: str) -> Budget:
    """A budget on the command line."""
    try:
        return parse_budget(text)
    except UnreadableAmount as problem:
        raise argparse.ArgumentTypeError(f"{problem.what} {problem.next_step}") from problem


def run(options: argparse.Namespace) -> int:
    """Each verb brings its own."""
    raise AssertionError("a verb is required")
