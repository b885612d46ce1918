"""100 000 short calls on 16 workers: funicular.map against client.map and against chunks made by hand."""

from __future__ import annotations

from statistics import median

from tests.bench.place import Place
from tests.bench.report import Row

CALLS, NODES, WORKERS = 100_000, 4, 16
TURNS = 7  # of the quick ways within one run
ENVIRONMENT = {"FUNICULAR_SITE": "slurm", "FUNICULAR_MIN_GAIN_S": "0"}


def measure(place: Place, repeat: int) -> list[Row]:
    """All ways on one cluster of ours, in turn; a new cluster for each repeat. client.map runs once."""
    runs = [
        place.run("short_calls", CALLS, NODES, WORKERS, TURNS, int(turn == 0), env=ENVIRONMENT, timeout=900)
        for turn in range(repeat)
    ]

    def values(way: str) -> tuple[float, ...]:
        return tuple(value for run in runs for value in run[way])

    ours = values("map")
    used = sorted({run["used"] for run in runs})
    first = median(run["first"]["map"] for run in runs)
    first_by_hand = median(run["first"]["chunked"] for run in runs)
    return [
        Row(
            "1e5 short calls; peer client.map",
            ours,
            values("each"),
            target=20.0,
            note=f"calls so short fill few chunks: ours ran on {used} of the {WORKERS} workers, none here",
        ),
        Row(
            "1e5 short calls; peer chunks by hand, bytes back",
            ours,
            values("chunked"),
            target=1 / 1.1,
            note=f"the first time on a new cluster: ours {first:.3f} s, then by hand {first_by_hand:.3f} s",
        ),
        Row(
            "1e5 short calls; peer chunks by hand, bytes both ways",
            ours,
            values("packed"),
            target=1 / 1.1,
            note="the best by hand that we know: Dask walks through lists of arguments, not through bytes",
        ),
        Row(
            "1e5 short calls; peer one such chunk a worker",
            ours,
            values("coarse"),
            note="the least there can be when every call is known to take the same time",
        ),
    ]
