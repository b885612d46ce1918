"""A newcomer's cells in a real kernel on the local site, with a controller, an agent and workers."""

from __future__ import annotations

import re
import threading

from tests.kernels.kernel.conftest import RealKernel


def test_plain_code_runs_on_workers_and_says_so(kernel: RealKernel) -> None:
    """A mapped function runs in other processes; what it prints is in the cell; one line tells the cost."""
    cell = kernel.run(
        "import os, funicular\n"
        "def work(x):\n    print('at', x)\n    return x * x, os.getpid(), os.getcwd()\n"
        "found = funicular.map(work, range(8))\n"
        "([value for value, _, _ in found], os.getpid() in {p for _, p, _ in found}, {c for *_, c in found})"
    )

    assert not cell.error, cell.trace
    assert cell.value.startswith("([0, 1, 4, 9, 16, 25, 36, 49], False,")
    assert str(kernel.folder.name) in cell.value.replace('"', "'") or "book" in cell.value
    assert sorted(re.findall(r"at (\d)", cell.text)) == list("01234567")
    assert re.search(r"8 calls of `work` on 1 node \(\d+ cores?\) in [\d.]+ s, [\d.]+ core-h", cell.text)


def test_search_on_digits_equals_a_serial_one(kernel: RealKernel) -> None:
    """A grid search written as anyone would write it: the same scores, and fits are counted."""
    cell = kernel.run(
        "from sklearn.datasets import load_digits\n"
        "from sklearn.model_selection import GridSearchCV\n"
        "from sklearn.svm import SVC\n"
        "X, y = load_digits(return_X_y=True)\n"
        "X, y = X[:400], y[:400]\n"
        "grid = {'C': [1, 10], 'gamma': [0.001, 0.01]}\n"
        "serial = GridSearchCV(SVC(), grid, cv=3).fit(X, y)\n"
        "routed = GridSearchCV(SVC(), grid, cv=3, n_jobs=-1).fit(X, y)\n"
        "(serial.cv_results_['mean_test_score'] == routed.cv_results_['mean_test_score']).all()"
    )

    assert cell.value == "np.True_", cell.trace
    assert "12 fits on 1 node" in cell.text


def test_dask_collections_and_own_modules(kernel: RealKernel) -> None:
    """A module beside the notebook works, also imported inside a function and edited between cells."""
    (kernel.folder / "mine.py").write_text("def twice(x):\n    return 2 * x\n")
    first = kernel.run(
        "import dask, mine\n"
        "def inside(x):\n    import mine\n    return mine.twice(x)\n"
        "(dask.delayed(mine.twice)(4).compute(), funicular.map(mine.twice, [1]), funicular.map(inside, [5]))"
    )
    (kernel.folder / "mine.py").write_text("def twice(x):\n    return 2.0 * x + 0.5\n")
    second = kernel.run(
        "import importlib; importlib.reload(mine)\n"
        "(dask.delayed(mine.twice)(4).compute(), funicular.map(mine.twice, [1]), funicular.map(inside, [5]))"
    )

    assert first.value == "(8, [2], [10])", first.trace
    assert second.value == "(8.5, [2.5], [10.5])", second.trace


def test_error_shows_the_line_of_the_cell(kernel: RealKernel) -> None:
    """An exception on a worker reads as one raised here: its type, and the user's own line."""
    cell = kernel.run("def bad(x):\n    return 1 / (x - 2)  # here\nfunicular.map(bad, range(5))")

    assert cell.error == "ZeroDivisionError"
    assert "# here" in cell.trace
    assert "call 3 of funicular.map" in cell.trace


def test_magics_show_cluster_and_jobs(kernel: RealKernel) -> None:
    """``%scale`` and ``%jobs`` read as sentences and a table."""
    kernel.run("funicular.map(abs, [-1])")
    card, jobs = kernel.run("%scale"), kernel.run("%jobs")

    assert "Cluster kernel-test on local: 1 node" in card.value
    assert "running" in jobs.value and "kernel-test" in jobs.value


def test_the_work_of_a_cell_is_one_span(kernel: RealKernel) -> None:
    """All that a cell sends, by whatever route, is counted together under the cell's number."""
    kernel.run("funicular.map(abs, [-1]); funicular.map(abs, [-2]); dask.delayed(abs)(-3).compute()")
    cell = kernel.run(
        "def names(dask_scheduler):\n"
        "    found = dask_scheduler.extensions['spans'].spans_search_by_name\n"
        "    return [(name[0], len(spans)) for name, spans in found.items() if name[0].startswith('cell ')]\n"
        "mine = f'cell {get_ipython().execution_count - 1}'\n"
        "[count for name, count in funicular.client().run_on_scheduler(names) if name == mine]"
    )

    assert cell.value == "[1]", cell


def test_stop_button_interrupts(kernel: RealKernel) -> None:
    """An interrupted map ends at once, and the next cell works."""
    timer = threading.Timer(2.0, kernel.interrupt)
    timer.start()
    cell = kernel.run("import time; funicular.map(lambda x: time.sleep(1), range(100))")

    assert cell.error == "KeyboardInterrupt"
    assert cell.seconds < 6
    assert kernel.run("funicular.map(abs, [-1])").value == "[1]"


def test_killed_and_frozen_controllers_are_errors_in_words(kernel: RealKernel) -> None:
    """Within 10 s, from map, joblib and Dask; the next call starts or finds a cluster again."""
    kernel.run(
        "import os, signal, threading, time, dask, joblib\n"
        "from funicular.clusters import registry\n"
        "def strike(what):\n"
        "    pid = registry.read('kernel-test').process.pid\n"
        "    threading.Timer(2, os.kill, (pid, what)).start()\n"
    )
    calls = {
        "funicular.map(lambda x: time.sleep(1), range(1000))": "SIGKILL",
        "joblib.Parallel(n_jobs=2)(joblib.delayed(time.sleep)(1) for _ in range(1000))": "SIGSTOP",
        "dask.compute([dask.delayed(time.sleep)(1 + k / 1000) for k in range(1000)])": "SIGKILL",
    }
    for call, signal in calls.items():
        kernel.run("funicular.map(abs, [-1])")
        cell = kernel.run(f"strike(signal.{signal}); {call}")

        assert cell.error == "ClusterLost", (call, cell)
        assert "Next: " in cell.trace
        assert cell.seconds < 12.5  # two of them before the blow
        after = kernel.run("funicular.map(abs, [-3])")
        assert after.value == "[3]", (call, after.trace)


def test_worker_killed_for_good_is_an_error_in_words(kernel: RealKernel) -> None:
    """A call that ends its worker every time is given up with the reason."""
    cell = kernel.run("funicular.map(lambda x: os._exit(1), [1])")

    assert cell.error == "WorkerLost", cell
    assert "exit code 1" in cell.trace  # what the node's agent saw
    assert kernel.run("funicular.map(abs, [-3])").value == "[3]"


SWEEP = """
class Point:
    def __init__(self, x):
        self.x = x
def place(x):
    print('at', x)
    return Point(x)
found = funicular.map(place, range(6), resume='sweep')
[type(each) is Point for each in found] == [True] * 6, [each.x for each in found]
"""


def test_stored_results_are_of_the_classes_of_the_cell(kernel: RealKernel) -> None:
    """Cells that are run anew define other classes and functions by the same text: the store goes on."""
    first = kernel.run(SWEEP)
    kernel.run("%reset -f\nimport funicular")
    second = kernel.run(SWEEP)

    assert first.value == second.value == "(True, [0, 1, 2, 3, 4, 5])", second.trace
    assert "at" in first.text and "at" not in second.text
    assert "came from the store sweep" in kernel.run("%scale why").value
