"""A profile of the catalogue as a newcomer's page: ``docs/sites/<id>.md``. Pure but for ``write``.

``python -m funicular.sites.pages docs`` writes them all, and the list in ``docs/sites.md``; a test holds them
against the catalogue.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from funicular.sites.known import profiles
from funicular.sites.model import Profile
from funicular.sites.model.nodes import NodeType, QueueFacts
from funicular.units import format_seconds

UNSURE = " **?**"
LIST = re.compile(r"(?<=\| Machine \| Where \| State \|\n\| --- \| --- \| --- \|\n).*?(?=\n\n)", re.DOTALL)
INSTALL = {
    "anywhere": "on a login node or in a job: both reach the internet.",
    "on login nodes": "on a login node, which reaches the internet; compute nodes do not need it for that.",
    "in a job": "in a small job, where the internet is reached: `funicular kernel install --in-job`.",
    "offline": "from a bundle, since no node reaches the internet: see [Environments](../environments.md).",
}
NO_INSTALL = "no source says where the internet is reached; `funicular doctor` looks, on the machine itself."


def pages() -> dict[str, str]:
    """Every page by its file's name; what a user's own files say of a site is not in them."""
    return {f"{each.id}.md": page(each) for each in _shipped()}


def with_list(text: str) -> str:
    """The page of all sites with those that there are."""
    rows = [
        f"| [{each.name}](sites/{each.id}.md) | {_cell(each.host)}, {each.country} | {each.status.state} |"
        for each in _shipped()
    ]
    return LIST.sub("\n".join(rows).replace("\\", "\\\\"), text)


def write(docs: Path) -> None:
    """Write every page, and remove those of sites that are gone."""
    folder, found = docs / "sites", pages()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (folder / name).write_text(text, encoding="utf-8")
    overview = docs / "sites.md"
    overview.write_text(with_list(overview.read_text(encoding="utf-8")), encoding="utf-8")


def page(profile: Profile) -> str:
    """The page of one site."""
    trust = f" (confidence: {profile.confidence})" if profile.confidence else ""
    parts = [
        f"# {profile.name}",
        f"{profile.host}, {profile.country}. State: {_status(profile)}. From public sources, last verified "
        f"on {profile.last_verified.isoformat()}{trust}. A{UNSURE} marks what no source states for this very "
        "system, or about which sources disagree. What the scheduler says goes before this page.",
        _start(profile),
        _queues(profile),
        _for_you(profile),
        _install(profile),
        _quantum(profile),
        _list("Worth knowing", profile.quirks),
        _unsure(profile),
        _list("Sources", profile.sources),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _shipped() -> list[Profile]:
    return list(profiles({"HOME": "/nonexistent"}).values())


def _status(profile: Profile) -> str:
    status = profile.status
    since = f", since {status.since}" if status.since else ""
    expected = f", expected {status.expected}" if status.expected else ""
    return f"{status.state}{since}{expected}" + (f" ({status.note})" if status.note else "")


def _start(profile: Profile) -> str:
    """What a newcomer needs before the first cell."""
    access, account, lines = profile.access, profile.account, []
    if not profile.status.is_in_service:
        return "## To start\n\nNobody can log in yet: this page says what is known so far."
    if access.login_hosts:
        port = f" -p {access.port}" if access.port != 22 else ""
        lines.append(
            f"Log in: `ssh{port} {access.login_hosts[0]}`" + _mark(profile, "access.login_hosts.0", "access")
        )
    needs = [word for word, is_so in (("a second factor", access.two_factor), ("a VPN", access.vpn)) if is_so]
    if access.ip_allow_list:
        needs.append("an address that the site has on its list")
    if needs:
        lines.append(f"You need {' and '.join(needs)}.")
    if account.example:
        per = "" if account.per == "project" else f"; each {account.per} has an account of its own"
        lines.append(
            f"An account looks like `{account.example}`{per}"
            + _mark(profile, "account.example", "account.form")
        )
    if access.login_servers == "forbidden":
        lines.append("Servers are forbidden on login nodes: Funicular's controller runs in the first job.")
    if profile.jupyter.service:
        lines.append(f"The site's own Jupyter: {profile.jupyter.service} {profile.jupyter.url}".rstrip())
    lines.append(
        "Then `funicular lab`, or `%load_ext funicular` in a notebook; the first wish needs no settings."
    )
    return "## To start\n\n" + "\n".join(f"- {_sentence(each)}" for each in lines)


def _queues(profile: Profile) -> str:
    if not profile.queues:
        return ""
    rows = [_row(profile, n, queue) for n, queue in enumerate(profile.queues)]
    head = "| Queue | A node | Nodes a job | Longest | Gives | For |\n| --- | --- | --- | --- | --- | --- |\n"
    unit = profile.accounting.unit
    ask = "".join(f" `{each}` says what is left." for each in profile.accounting.commands[:1])
    counted = f"\n\nHours are counted in {unit}.{ask}" if unit else ""
    return f"## Queues\n\n{head}" + "\n".join(rows) + counted


def _row(profile: Profile, n: int, queue: QueueFacts) -> str:
    node = profile.node_types.get(queue.nodes or "")
    limits = [
        f"from {queue.min_nodes}" if queue.min_nodes else "",
        f"to {queue.max_nodes}" if queue.max_nodes else "",
    ]
    nodes = " ".join(filter(None, limits)) + _mark(profile, f"queues.{n}.max_nodes", f"queues.{n}.min_nodes")
    longest = format_seconds(queue.max_walltime) if queue.max_walltime else ""
    cells = (
        f"`{queue.name}`" + _mark(profile, f"queues.{n}.name"),
        _node(profile, queue.nodes or "", node) if node else "",
        nodes,
        longest + _mark(profile, f"queues.{n}.max_walltime"),
        (queue.sharing or "") + _mark(profile, f"queues.{n}.sharing"),
        f"{queue.kind}: {queue.purpose}" if queue.purpose else queue.kind,
    )
    return "| " + " | ".join(_cell(each) for each in cells) + " |"


def _node(profile: Profile, name: str, node: NodeType) -> str:
    """A node in a line, in the scheduler's units."""
    under = f"node_types.{name}"
    said = [
        f"{node.cores} {'threads' if node.cpus_are_threads else 'cores'}" + _mark(profile, f"{under}.cores")
        if node.cores
        else "",
        f"{node.memory_gib:g} GiB" + _mark(profile, f"{under}.memory_gib") if node.memory_gib else "",
        f"{node.gpus} GPUs" + _mark(profile, f"{under}.gpus", f"{under}.gpu_model") if node.gpus else "",
        "ARM" if node.arch == "aarch64" else "",
    ]
    return ", ".join(filter(None, said))


def _for_you(profile: Profile) -> str:
    """What Funicular writes into a job here that you would have to know."""
    lines = []
    kinds = profile.node_types.values()
    if asked := sorted({kind.gpu_request for kind in kinds if kind.gpu_request}):
        lines.append(
            f"GPUs are asked for with {', '.join(f'`{each}`' for each in asked)} (`{{n}}`: how many)."
        )
    if ratios := sorted({kind.cpus_per_gpu for kind in kinds if kind.cpus_per_gpu}):
        lines.append(f"A GPU brings its cores: {', '.join(str(each) for each in ratios)}.")
    if any(kind.memory_mode != "flag" for kind in kinds):
        lines.append("Memory is not named where it follows the cores or the GPUs.")
    if any(queue.qos for queue in profile.queues) or profile.account.equals_qos:
        lines.append("The QoS is named that belongs to the queue.")
    if any(queue.account_suffix for queue in profile.queues):
        lines.append("Of your accounts the one is taken that belongs to the queue's nodes.")
    if any(queue.sharing == "whole nodes" for queue in profile.queues):
        lines.append("Where only whole nodes are given and billed, all of a node is used.")
    if profile.interconnect.interfaces:
        names = ", ".join(f"`{each}`" for each in profile.interconnect.interfaces)
        lines.append(
            f"Workers talk over {names}"
            + _mark(profile, "interconnect.interfaces.0", "interconnect.interfaces")
        )
    script = profile.job_script
    if script.environment or script.unset or script.login_shell:
        lines.append("The variables and the shell that jobs need here stand in each job's script.")
    if not lines:
        return ""
    return "## What Funicular does for you here\n\n" + "\n".join(f"- {_sentence(each)}" for each in lines)


def _install(profile: Profile) -> str:
    if not profile.status.is_in_service:
        return ""
    mark = _mark(profile, "software.install")
    rows = [
        f"- {who}: {reach}{_mark(profile, f'network.{field}')}"
        for who, field, reach in (
            ("login nodes reach the internet", "login_to_internet", profile.network.login_to_internet),
            ("compute nodes reach the internet", "compute_to_internet", profile.network.compute_to_internet),
        )
        if reach
    ]
    way = INSTALL[profile.software.install] if profile.software.install else NO_INSTALL
    return "\n".join(
        [
            "## To install",
            "",
            f"Install {way}{mark}" if profile.software.install else _sentence(way),
            "",
            *rows,
        ]
    ).rstrip()


def _quantum(profile: Profile) -> str:
    rows = []
    for n, each in enumerate(profile.qpu):
        said = [each.technology, f"{each.qubits} qubits" if each.qubits else "", each.status]
        mark = UNSURE if any(path.startswith(f"qpu.{n}.") for path in profile.unverified) else ""
        rows.append(f"- {each.name}: {', '.join(filter(None, said))}{mark}")
    if not rows:
        return ""
    return "## Quantum computers beside it\n\nShown, not driven by Funicular.\n\n" + "\n".join(rows)


def _unsure(profile: Profile) -> str:
    rows = [f"- `{path}`: {why}" for path, why in profile.unverified.items()]
    return "## Not sure\n\n" + "\n".join(rows) if rows else ""


def _list(title: str, lines: tuple[str, ...]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {each}" for each in lines) if lines else ""


def _mark(profile: Profile, *paths: str) -> str:
    return "" if all(profile.is_sure(path) for path in paths) else UNSURE


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cell(text: str) -> str:
    """Without what would end a cell of a table."""
    return " ".join(text.replace("|", "/").split())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
