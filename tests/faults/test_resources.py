"""Memory and disks run out: the result is right, or the error says what was too small."""

from tests.faults.play import no_small_disk, small_disk

GREEDY = """
import funicular
def hold(x, megabytes={megabytes}):
    held = []
    for _ in range(megabytes // 10):
        held.append(bytearray(10_000_000))
        time.sleep(0.05)
    time.sleep(1)
    return x * len(held)
results = funicular.map(hold, range({items}))
answer({{"right": results == [x * ({megabytes} // 10) for x in range({items})], "took": 0}})
"""
SMALL = "nodes=1, cores=2, memory_bytes=800_000_000"


def test_memory_overrun_once(play):
    """Two greedy tasks do not fit side by side; each fits alone, and both complete."""
    play.start(SMALL, workers=2)

    play.begin(GREEDY.format(megabytes=320, items=4))
    play.strike(lambda: None)

    play.death("worker", "before the node ran out of memory", within_s=30)
    play.right()
    play.recovered()
    assert not [each for each in play.obituaries if each.kind == "block"]
    play.end()


def test_memory_overrun_always(play):
    """A task that is too large for the node fails, with the limit and what it held."""
    play.start(SMALL, workers=2)

    play.begin(GREEDY.format(megabytes=2000, items=1))
    play.strike(lambda: None)

    play.death("worker", "before the node ran out of memory", within_s=30)
    told = play.answer()
    play.recovered()
    assert told["error"] == "out-of-memory", told
    assert "MB" in told["text"]
    assert told["next"]
    again = play.cell("answer(session.client().submit(sum, [1, 2]).result(timeout=60))")
    assert again == 3
    play.end()


def test_disk_full_for_logs(play):
    """The state folder's file system is full: work goes on, and deaths are still told in the cell."""
    folder = play.person.write(f"{play.cluster}/state/.here", "").parent
    device = small_disk(play.site, folder, 4)
    try:
        play.start(env={"XDG_STATE_HOME": str(folder)})
        play.work()
        play.person.run(["dd", "if=/dev/zero", f"of={folder}/full", "bs=1M"])

        play.kill("worker")

        play.right()
        play.whole_again()
        play.person.run(["rm", f"{folder}/full"])
        play.end()
    finally:
        no_small_disk(play.site, folder, device)


def test_disk_full_for_spill(play):
    """More results than memory, and nowhere to spill: an error in time, or the right result; never a wait."""
    folder = play.person.write(f"{play.cluster}/tmp/.here", "").parent
    play.person.write(
        f"{play.cluster}/dask/jobqueue.yaml",
        f"jobqueue:\n  slurm:\n    job-script-prologue: ['export TMPDIR={folder}']\n",
    )
    device = small_disk(play.site, folder, 8)
    try:
        play.start(SMALL, workers=2, env={"DASK_CONFIG": str(folder.parent / "dask")})
        play.strike(lambda: None)
        told = play.cell("""
            import numpy
            client = session.client()
            noise = lambda seed: numpy.random.default_rng(seed).bytes(40_000_000)  # nothing makes it smaller
            parts = [client.submit(noise, each) for each in range(30)]  # 1.2 GB
            whole = client.submit(lambda *every: sum(map(len, every)), *parts)
            answer({"right": whole.result(timeout=100) == 1_200_000_000})
        """)
        play.detected()
        assert told.get("right") or told["next"], told
        play.end()
    finally:
        no_small_disk(play.site, folder, device)
