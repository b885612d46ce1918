"""Request to 16 workers on 4 nodes ready, and calls of sbatch for it; against dask-jobqueue, TLS on both."""

from __future__ import annotations

from tests.bench.place import Failed, Place
from tests.bench.report import Row
from tests.bench.submissions import Counter

NODES, WORKERS = 4, 16
FORMS = {  # dask-jobqueue's jobs, workers in each, and whether each job is to have a node of its own
    "4 jobs x 4": (NODES, WORKERS // NODES, True),
    "16 jobs x 1": (WORKERS, 1, False),
}
TARGET = 3.0


def measure(place: Place, repeat: int) -> list[Row]:
    """Both forms of the peer in turn with ours, each run from idle nodes and in a process of its own."""
    ours: list[float] = []
    ours_submitted: list[float] = []
    peers: dict[str, list[float]] = {form: [] for form in FORMS}
    submitted: dict[str, list[float]] = {form: [] for form in FORMS}
    counter = Counter(place)
    for _ in range(repeat):
        ours.append(_ready(place, counter, "ours_ready", NODES, WORKERS, env={"FUNICULAR_SITE": "slurm"}))
        ours_submitted.append(counter.taken())
        for form, (jobs, workers, alone) in FORMS.items():
            arguments = (place.head, jobs, workers, int(alone))
            peers[form].append(_ready(place, counter, "jobqueue_ready", *arguments))
            submitted[form].append(counter.taken())
    first, second = FORMS
    return [
        Row(f"16 workers on 4 nodes ready; peer {first}", tuple(ours), tuple(peers[first]), target=TARGET),
        Row(f"16 workers ready; peer {second}", tuple(ours), tuple(peers[second])),
        Row(
            "calls of sbatch for 4 nodes",
            tuple(ours_submitted),
            tuple(submitted[first]),
            unit="calls",
            target=float(NODES),
            note=f"peer {second}: {submitted[second]}; counted before sbatch, the same number as in sacct",
        ),
    ]


def _ready(place: Place, counter: Counter, script: str, *arguments: object, **options: object) -> float:
    answer = place.run(script, *arguments, path_first=counter.path, **options)
    has_own_nodes = place.site.layout.as_root and (script == "ours_ready" or arguments[-1])
    wanted_hosts = NODES if has_own_nodes else 1
    if answer["workers"] != WORKERS or answer["hosts"] < wanted_hosts or not answer["is_encrypted"]:
        raise Failed(f"{script} {arguments} did not give what was measured for: {answer}")
    return float(answer["ready_s"])
