"""``funicular hints`` from a terminal and for programs."""

from __future__ import annotations

import json

import pytest

from funicular.cli.main import main
from funicular.hints import engine
from tests.architecture.arrows import ROOT
from tests.kernels.hints.doubles import notebook

GROWING = "import pandas as pd\nfor p in ps:\n    t = pd.concat([t, f(p)])\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a script, a notebook and things that cannot be read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(GROWING)
    (tmp_path / "b.ipynb").write_text(notebook("#md", "%matplotlib inline\n" + GROWING, "%%bash\nfor"))
    return tmp_path


@pytest.fixture
def say(capsys):
    """Exit code, stdout and stderr of ``funicular hints``."""

    def run(*words):
        code = main(["hints", *words])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_a_folder_for_people(folder, say):
    """Place, line, change, summary; nothing on stderr."""
    code, out, err = say(".")

    assert (code, err) == (0, "")
    assert "a.py:2  [growing-table]" in out
    assert "b.ipynb:cell 1:3  [growing-table]" in out
    assert "+t = pd.concat(t_pieces)" in out
    assert out.rstrip().split("\n")[-1].startswith("2 loops in 2 files")


def test_json_for_programs(folder, say):
    """An array of entries; ``--json`` is the same."""
    code, out, _ = say("--format", "json", "--all", ".")
    found = json.loads(out)

    assert code == 0
    assert [(each["path"], each["cell"], each["line"], each["end_line"]) for each in found] == [
        ("a.py", None, 2, 3),
        ("b.ipynb", 1, 3, 4),
    ]
    assert all(each["parallel"] is False and each["reason"] and each["rule"] for each in found)
    assert json.loads(say("--json", "--all", ".")[1]) == found


def test_held_loops_come_with_all(folder, say):
    """Without it only what may run in parallel, or can be done better."""
    (folder / "c.py").write_text("for i in x:\n    print(i)\n")

    assert json.loads(say("--json", "c.py")[1]) == []
    assert [each["rule"] for each in json.loads(say("--json", "--all", "c.py")[1])] == ["held-loop"]


def test_what_cannot_be_read_is_told_and_the_others_go_on(folder, say):
    """Exit code 2; for programs the problem is JSON, a line each."""
    (folder / "bad.py").write_text("def f(:\n")
    (folder / "c.ipynb").write_text(notebook("print 'x'", "for i in x:\n    print(i)"))
    code, out, err = say("--format", "json", "--all", ".", "none.py")
    problems = [json.loads(line) for line in err.splitlines()]

    assert code == 2
    assert [each["path"] for each in json.loads(out)] == ["a.py", "b.ipynb", "c.ipynb"]
    assert [each["path"] for each in problems] == ["bad.py", "c.ipynb", "none.py"]
    assert all(each["type"] == "docs/errors/unreadable-source.md" and each["detail"] for each in problems)
    said = say("bad.py")[2]
    assert [line[:5] for line in said.splitlines()] == ["bad.p", "Why: ", "Next:"]


def test_a_mistake_of_ours_at_one_file_does_not_stop_the_others(folder, say, monkeypatch):
    """It is told as ours, with the place in our code."""
    whole = engine.hints
    monkeypatch.setattr(engine, "hints", lambda doc: 1 / 0 if doc.path == "a.py" else whole(doc))
    code, out, err = say("--json", "--all", ".")

    assert code == 2
    assert [each["path"] for each in json.loads(out)] == ["b.ipynb"]
    assert "ZeroDivisionError" in json.loads(err)["detail"]


def test_another_language_is_no_failure(folder, say):
    """It is told, and the exit code is 0."""
    (folder / "r.ipynb").write_text(notebook("x <- 1", language="R"))
    code, out, err = say("r.ipynb")

    assert (code, out) == (0, "No loops in 0 files.\n")
    assert "written in r" in err


def test_rules_can_be_picked(folder, say):
    """By name; an unknown one is a mistake on the command line that names those there are."""
    assert json.loads(say("--json", "--all", "--ignore", "growing-table", ".")[1]) == []
    assert len(json.loads(say("--json", "--all", "--select", "growing-table,row-loop", ".")[1])) == 2
    with pytest.raises(SystemExit) as end:
        main(["hints", "--select", "nonsense", "."])
    assert end.value.code == 2


def test_sarif_for_code_hosts(folder, say):
    """One log, with the lines of the files; what could not be read is in it."""
    (folder / "bad.py").write_text("def f(:\n")
    code, out, _ = say("--format", "sarif", ".")
    [run] = json.loads(out)["runs"]
    rows = (folder / "b.ipynb").read_text().split("\n")
    line = run["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"]

    assert code == 2
    assert "for p in ps" in rows[line - 1]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "bad.py" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


SPECTRA = (
    "#md # Spectra",
    "%matplotlib inline\nimport numpy as np\nfrom pathlib import Path",
    """def peak(spectrum):
    return float(spectrum[:, 0][np.argmax(spectrum[:, 1])])


paths = sorted(Path("spectra").glob("*.txt"))
peaks = []
for path in paths:  # one file a night
    spectrum = np.loadtxt(path)
    peaks.append(peak(spectrum))""",
    "drift = np.zeros(len(peaks))\nfor i in range(1, len(peaks)):\n"
    "    drift[i] = drift[i - 1] + peaks[i] - peaks[i - 1]\n\nlabels = [str(each) for each in peaks]",
)


def test_the_example_in_the_docs_is_what_is_printed(folder, say):
    """docs/hints.md shows what the engine and the rules say of a newcomer's notebook."""
    (folder / "spectra.ipynb").write_text(notebook(*SPECTRA))
    shown = (ROOT / "docs" / "hints.md").read_text().split("```text\n")[1].split("```")[0]

    assert say("spectra.ipynb")[1] == shown


def test_the_engine_and_the_rules_together(folder, say):
    """One entry for each loop, cheap ones and held ones too."""
    (folder / "spectra.ipynb").write_text(notebook(*SPECTRA))
    found = json.loads(say("--json", "--all", "spectra.ipynb")[1])

    assert [(e["cell"], e["line"], e["rule"], e["parallel"], e["worth"] == "low") for e in found] == [
        (2, 7, "many-files", True, False),
        (3, 2, "recurrence", False, True),
        (3, 5, "comprehension-map", True, True),
    ]
    assert "iteration" in found[1]["witness"]


def test_nothing_is_run(folder, say):
    """Not on import, not in a cell."""
    (folder / "evil.py").write_text("open('ran', 'w')\nimport a\nfor i in x: pass\n")
    say("evil.py")

    assert not (folder / "ran").exists()


def test_the_exit_codes_are_in_the_help(capsys):
    """Where one looks for them."""
    with pytest.raises(SystemExit):
        main(["hints", "--help"])

    assert "Exit codes: 0" in capsys.readouterr().out
