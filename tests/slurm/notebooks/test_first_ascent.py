"""The welcome notebook on a real Slurm, unchanged: its helpers are a job on several nodes."""

from __future__ import annotations

from tests.notebooks.course import FIRST_ASCENT, FIRST_ASCENT_RESULTS, HERE, plain_results, read
from tests.slurm.layout import Layout
from tests.slurm.people import Person

WHO_WORKED = """
def executed(dask_worker):
    import socket
    return socket.gethostname(), dask_worker.state.executed_count

counts = {}
for host, count in funicular.client().run(executed).values():
    counts[host] = counts.get(host, 0) + count
blocks = [list(block.hosts) for block in funicular.cluster().view.blocks]
print(json.dumps({"tasks": counts, "blocks": blocks, "site": funicular.cluster().view.site}))
"""


def test_same_notebook_runs_on_four_nodes(alice: Person, as_root: Layout, clean_queue: None) -> None:
    """One job of four nodes, made by ``%scale``; several of them work; the results are serial."""
    folder = alice.home / "the course"
    notebook = alice.write(f"{folder.name}/{FIRST_ASCENT.name}", FIRST_ASCENT.read_text(encoding="utf-8"))
    done = alice.python(
        (HERE / "execute.py").read_text(encoding="utf-8"),
        *(str(notebook), str(folder / "executed.ipynb"), "--first", "%scale 4 nodes 8 cores"),
        *("--ask", FIRST_ASCENT_RESULTS, "--ask", WHO_WORKED),
        env={"FUNICULAR_LEASE_S": "5", "FUNICULAR_MIN_GAIN_S": "0"},
        timeout=400,
    )

    assert done.returncode == 0, done.stderr
    executed = read(folder / "executed.ipynb")
    worked = executed.answer(1)
    assert executed.answer() == plain_results(FIRST_ASCENT, FIRST_ASCENT_RESULTS)
    assert worked["site"] == "slurm"
    assert [sorted(hosts) for hosts in worked["blocks"]] == [["n1", "n2", "n3", "n4"]]
    assert sum(count > 0 for count in worked["tasks"].values()) >= 2
    assert executed.lines == dict.fromkeys(("digits", "windows", "stations"), (4, 8))
    assert executed.noise == ""
