"""What the tiny job runs on a compute node: gathers what the probes want to know, and says it on one line."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from funicular.doctor import forked
from funicular.doctor.probe import Errand, all_probes
from funicular.doctor.trial import MARK
from funicular.messages import from_json, to_json


def main(file: str) -> int:
    """Do the errand in this file."""
    errand = replace(from_json(Errand, json.loads(Path(file).read_text(encoding="utf-8"))), is_node=True)
    questions = {
        name: (partial(probe.gather, errand), probe.limit_s)
        for name, probe in all_probes().items()
        if probe.on_node and probe.gather is not None
    }
    answers = forked.ask_all(questions)
    silent = {name: each.why for name, each in answers.items() if isinstance(each, forked.Silent)}
    facts = {name: to_json(each) for name, each in answers.items() if name not in silent}
    print(MARK, "facts", json.dumps({"facts": facts, "silent": silent}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
