"""Nothing imported to a connected client, no workers: ours against cluster objects. Informs only."""

from __future__ import annotations

from tests.bench.place import Place
from tests.bench.report import Row

KINDS = {"ours": "ours", "jobqueue": "dask-jobqueue, TLS", "local": "LocalCluster, no TLS"}


def measure(place: Place, repeat: int) -> list[Row]:
    """Each kind in turn, each in a fresh process."""
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(repeat):
        for kind, values in found.items():
            answer = place.run("start", kind, place.head, env={"FUNICULAR_SITE": "slurm"})
            values.append(answer["connected_s"])
    return [
        Row(
            f"connected client; peer {name}",
            tuple(found["ours"]),
            tuple(found[kind]),
            note="the peers' scheduler lives in the client's process and dies with it; ours is its own",
        )
        for kind, name in KINDS.items()
        if kind != "ours"
    ]
