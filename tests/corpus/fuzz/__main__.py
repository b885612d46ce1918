"""Random loop programs, judged and tried: ``python -m tests.corpus.fuzz [--programs N] [--seed S]``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from multiprocessing import Pool

from tests.corpus.fuzz.check import Tally, check
from tests.corpus.fuzz.generate import program

CHUNK = 50
LEAST_SHARE = 0.2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.fuzz", description=__doc__)
    parser.add_argument("--programs", type=int, default=20_000, metavar="N", help="how many (default 20000)")
    parser.add_argument(
        "--seed", type=int, default=1_000_000, metavar="S", help="the first seed; N follow each other"
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="J", help="processes (default: cores)"
    )
    parser.add_argument("--show", action="store_true", help="print the program of the first seed, and end")
    options = parser.parse_args()
    if options.show:
        print(program(options.seed), end="")
        return 0
    began, total = time.monotonic(), Tally()
    seeds = range(options.seed, options.seed + options.programs)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # its processes end with it
    with Pool(options.jobs) as pool:
        chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
        for number, tally in enumerate(pool.imap(_chunk, chunks), 1):
            for told in tally.wrong:
                print(f"\nWRONG {told}", flush=True)
            total.add(tally)
            if number % 10 == 0:
                print(f"{total}; {time.monotonic() - began:.0f} s", flush=True)
    print(f"{total}; {time.monotonic() - began:.0f} s; seeds {seeds.start} to {seeds.stop - 1}")
    if total.tried_share < LEAST_SHARE:
        print(
            f"Only {total.tried_share:.0%} of the loops were called parallel and tried: that proves little."
        )
        return 1
    return 1 if total.wrong else 0


def _chunk(seeds: range) -> Tally:
    total = Tally()
    for seed in seeds:
        total.add(check(seed))
    return total


if __name__ == "__main__":
    sys.exit(main())
