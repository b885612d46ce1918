"""The table of figures keeps every value."""

from tests.faults.figures import Figure, keep, read, table


def test_every_turn_stands_in_the_table(tmp_path, monkeypatch):
    """A row a drill, a value a turn; what was not measured is left out."""
    monkeypatch.setenv("FUNICULAR_DRILL_FIGURES", str(tmp_path / "figures"))
    keep(Figure("a-worker", detected_s=0.04, recovered_s=0.5, no_jobs_s=1.0))
    keep(Figure("a-worker", detected_s=0.06, recovered_s=0.7, no_jobs_s=2.0))
    keep(Figure("the-kernel", detected_s=3.0))

    lines = table(read(tmp_path / "figures")).splitlines()

    assert lines[2:] == [
        "| a worker | 2 | 0.04, 0.06 | 0.50, 0.70 | 1.0, 2.0 |",
        "| the kernel | 1 | 3.0 | – | – |",
    ]
