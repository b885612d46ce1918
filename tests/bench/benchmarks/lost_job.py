"""A job that is ended from outside: known, replaced, its result there; against dask-jobqueue."""

from __future__ import annotations

from tests.bench.place import Place
from tests.bench.report import Row

BOUND_S = 60.0
PHASES = {
    "known_s": "a lost job is known",
    "replaced_s": "its workers are replaced",
    "result_s": "the result of what ran on it",
}


def measure(place: Place, repeat: int) -> list[Row]:
    """Each side in turn, in a process of its own. What did not come within the bound counts as the bound."""
    found: dict[str, list[dict[str, float | None]]] = {"ours": [], "jobqueue": []}
    for _ in range(repeat):
        for kind, answers in found.items():
            environ = {"FUNICULAR_SITE": "slurm"}
            answers.append(place.run("lost_job", kind, place.head, BOUND_S, env=environ, timeout=400))
    rows = []
    for phase, what in PHASES.items():
        never = {kind: sum(each[phase] is None for each in answers) for kind, answers in found.items()}
        ours, peer = (
            tuple(BOUND_S if (value := each[phase]) is None else value for each in found[kind])
            for kind in ("ours", "jobqueue")
        )
        note = f"did not come within {BOUND_S:.0f} s: ours {never['ours']}, peer {never['jobqueue']} times"
        rows.append(Row(f"{what}; peer dask-jobqueue", ours, peer, target=None, note=note))
    return rows
