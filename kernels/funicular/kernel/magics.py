"""``%scale``, ``%jobs`` and ``%profile``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funicular.kernel.monitoring import profile, without_magic
from funicular.kernel.wish_text import parse_wish
from funicular.routing import api, summary
from funicular.routing.cards import ClusterCard, Table, Words

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

NAMES = ("scale", "jobs", "profile")


def scale(line: str) -> ClusterCard | Words:
    """Ask for a cluster in words: what there is, how large it shall be, that it shall end, why work stayed.

    %scale 4 nodes 1 h      %scale cores=16 memory=64GB queue=cpu      %scale      %scale stop      %scale why
    """
    match line.strip():
        case "":
            return api.cluster()
        case "stop":
            return api.stop()
        case "why":
            return Words("\n".join(summary.why()) or "Nothing was decided in the last cell.")
        case words:
            return api.scale(**parse_wish(words))


def jobs(line: str) -> Table:
    """All your jobs on this site, with the reason for those that wait."""
    return api.jobs()


def install(shell: InteractiveShell) -> None:
    """Give the shell these magics."""
    for name, function in zip(NAMES, (scale, jobs, profile), strict=True):
        shell.magics_manager.register_function(function, magic_kind="line", magic_name=name)
    if without_magic not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(without_magic)


def remove(shell: InteractiveShell) -> None:
    """Take them away."""
    for name in NAMES:
        shell.magics_manager.magics["line"].pop(name, None)
    if without_magic in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(without_magic)
