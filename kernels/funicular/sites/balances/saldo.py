"""CINECA's ``saldo -b``: hours of each project account on this cluster.

Leonardo's two parts have budgets of their own. Source: https://docs.hpc.cineca.it/hpc/hpc_intro.html
"""

from __future__ import annotations

import re
import shlex

from funicular.schedulers.base import Allowance, ParseError
from funicular.schedulers.run import Answer

COMMANDS = {("saldo", "-b"): "boost", ("saldo", "-b", "--dcgp"): "dcgp"}
_HEAD = re.compile(r"\s*account\s+start\s+end\s+total\s+localCluster\s+totConsumed\s+totConsumed\s+month")
_ROW = re.compile(r"\s*(\S+)\s+\d{8}\s+\d{8}\s+(\d+)\s+(\d+)\s+\d+\s+\d+(?:\.\d+)?\s+\d+\s+\d+\s*")
_RULE = re.compile(r"\s*-*\s*")


def parse(answer: Answer, queues: str) -> tuple[Allowance, ...]:
    """Total and consumed local hours of each account. Raises ``ParseError`` for any other table."""
    lines = answer.stdout.splitlines()
    head = next((n for n, line in enumerate(lines) if _HEAD.match(line)), None)
    if head is None or len(lines) < head + 2 or "(local h)" not in lines[head + 1]:
        raise _unreadable("the head of its table", answer)
    found = []
    for line in lines[head + 2 :]:
        if _RULE.fullmatch(line):
            continue
        row = _ROW.fullmatch(line)
        if row is None:
            raise _unreadable(line, answer)
        account, total, used = row.groups()
        source = shlex.join(answer.argv)
        found.append(Allowance(account, "core-hours", float(total), float(used), source, queues))
    return tuple(found)


def _unreadable(what: str, answer: Answer) -> ParseError:
    return ParseError(
        f"{shlex.join(answer.argv)} prints something new.",
        why=f"This was not understood: {what}",
        next_step="Read it yourself; what is left is not shown until Funicular knows this table.",
    )
