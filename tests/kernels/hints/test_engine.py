"""Exactly one hint for each loop, with the engine's word and the best rule's."""

from __future__ import annotations

from pathlib import Path

import pytest

from funicular.hints import cell as cells
from funicular.hints import engine
from funicular.hints.hint import as_record
from funicular.hints.positions import cell_lines
from funicular.hints.reading import read
from funicular.hints.sarif import as_sarif
from funicular.hints.text import Found, as_text
from tests.kernels.hints.doubles import notebook, says


@pytest.fixture
def hints(tmp_path, monkeypatch):
    """The hints of a notebook of these cells, or of one script; with an engine that says this."""

    def make(*texts, script=False, **verdict):
        double = says(**verdict)
        monkeypatch.setattr(cells.Program, "judge", staticmethod(double))
        monkeypatch.setattr(cells, "judge", double)
        monkeypatch.setattr(cells.program, "__defaults__", (double,))
        path = tmp_path / ("a.py" if script else "a.ipynb")
        path.write_text(texts[0] if script else notebook(*texts), encoding="utf-8")
        return engine.hints(read(path, path.name))

    return make


def test_every_loop_has_one(hints):
    """For and comprehensions, at any depth, in the order of the text, at the line of their ``for``."""
    found = hints(
        "#md",
        "for i in a:\n    x = [f(j)\n         for j in i]\n    out.append(x)",
        "d = {k: v for k, v in e}; s = {k for k in e}\nt = sum(x for x in (y for y in z))",
    )

    assert [(each.cell, each.line, each.column, each.end_line) for each in found] == [
        (1, 1, 1, 4),
        (1, 3, 10, 3),
        (2, 1, 11, 1),
        (2, 1, 34, 1),
        (2, 2, 11, 2),
        (2, 2, 23, 2),
    ]


def test_a_script_has_no_cells(hints):
    """``cell`` is null there."""
    [hint] = hints("for i in a:\n    out.append(f(i))\n", script=True)

    assert (hint.path, hint.cell, hint.rule, hint.parallel) == ("a.py", None, "independent-loop", True)
    assert "+out.extend(funicular.map(one_i, a))" in hint.diff


def test_the_engine_decides_not_the_rules(hints):
    """A loop that stays in order does so whatever a rule rewrites."""
    text = "import pandas as pd\nfor p in ps:\n    t = pd.concat([t, f(p)])"
    [held] = hints(text, parallel=False)

    assert (held.rule, held.parallel, held.verdict) == ("growing-table", False, "held")
    assert held.diff


def test_a_call_is_no_loop(hints):
    """Its entry cannot be taken for one."""
    found = hints("from sklearn.model_selection import GridSearchCV as G\nx = [G(m, i) for i in a]")

    assert [(each.kind, each.verdict, each.parallel) for each in found] == [
        ("call", "advice", False),
        ("map", "parallel", True),
    ]


def test_the_best_rule_speaks(hints):
    """A rewrite before words, the most telling rule first; held loops have words too."""
    [rows] = hints("for i, r in df.iterrows():\n    out.append(f(r))")
    [heavy] = hints("for i, r in df.iterrows():\n    out.append(f(r))", worth="high")
    [quiet] = hints("for i in a:\n    g(i)", parallel=False, reason="print")

    assert (rows.rule, rows.diff) == ("row-loop", "")
    assert (heavy.rule, bool(heavy.diff)) == ("independent-loop", True)
    assert (quiet.rule, quiet.is_shown) == ("held-loop", False)
    assert quiet.advice


def test_cheap_loops_are_told_to_programs_only(hints):
    """Nobody wants to read of them."""
    [hint] = hints("for i in a:\n    out.append(i)", worth="low")

    assert (hint.parallel, hint.is_shown, hint.is_worth_reading) == (True, True, False)


def test_the_diff_is_of_the_user_s_own_lines(hints):
    """Magics stay magics; a change that would touch one is not offered."""
    [hint] = hints("%matplotlib inline\nfor i in a:\n    out.append(f(i))")
    [timed] = hints("%time x = [f(i) for i in a]")

    assert "\n %matplotlib inline\n-for i in a:" in hint.diff
    assert (timed.diff, timed.hazard, timed.parallel) == ("", "magic-line", True)


def test_records_have_the_promised_fields(hints):
    """In this order."""
    [hint] = hints("for i in a:\n    out.append(f(i))")
    promised = "path cell line end_line rule parallel verdict kind message reason confidence worth"

    assert list(as_record(hint))[:12] == promised.split()


def test_text_for_people(hints):
    """Place, line, verdict, why, what to do, and a summary."""
    found = hints("for i in range(1, n):\n    s[i] = s[i - 1] + x[i]", parallel=False)
    text = as_text(Found(tuple(found), tuple(found), 1))

    assert text.split("\n")[:4] == [
        "a.ipynb:cell 0:1  [recurrence]",
        "    for i in range(1, n):",
        "  Stays in order: A sentence.",
        "  For example: Iteration 5 reads a[4], which iteration 4 wrote.",
    ]
    assert "np.cumsum" in text
    assert text.endswith("1 loop in 1 file, 0 may run in parallel, 1 stays in order.")


def test_lines_of_a_notebook_s_file(tmp_path):
    """Viewers show the file: each line of a cell is a line of it."""
    text = notebook("#md\ntext", "x = 'ü'\ny = \"a\"", "", "x = 'ü'")
    lines = text.split("\n")

    assert {cell: lines[line - 1].strip() for cell, line in cell_lines(text).items()} == {
        0: '"#md\\n",',
        1: "\"x = 'ü'\\n\",",
        3: "\"x = 'ü'\"",
    }
    assert cell_lines("no json") == {}
    assert cell_lines('{"cells": [{"source": ["x"]}]}') == {}


def test_sarif_is_what_the_standard_says(hints):
    """The parts that are required, in the shape that is required."""
    import jsonschema

    from funicular.hints.rule import all_rules

    found = hints("for i in a:\n    out.append(f(i))", "%time x = [i for i in a]")
    log = as_sarif(found, [], all_rules(), version="1", lines={("a.ipynb", 0): 10})

    jsonschema.validate(log, SARIF)
    places = [each["locations"][0] for each in log["runs"][0]["results"]]
    assert places[0]["physicalLocation"]["region"] == {"startLine": 10, "endLine": 11}
    assert "region" not in places[1]["physicalLocation"]


def test_sarif_paths_are_addresses(hints, tmp_path):
    """Spaces are escaped, absolute paths are file addresses."""
    from funicular.hints.sarif import artifact

    assert artifact("a b/ü.py") == {"uri": "a%20b/%C3%BC.py", "uriBaseId": "%SRCROOT%"}
    assert artifact("/a b.py") == {"uri": Path("/a b.py").as_uri()}


def closed(required: str, **fields):
    """An object of these fields and no others."""
    return {
        "type": "object",
        "properties": fields,
        "required": required.split(),
        "additionalProperties": False,
    }


def many(item):
    return {"type": "array", "items": item}


# What sections 3.13 to 3.58 of the standard say of the objects that are used, in our own words.
TEXT = {"type": "string", "minLength": 1}
LINE = {"type": "integer", "minimum": 1}
MESSAGE = closed("text", text=TEXT, markdown=TEXT)
LOCATION = closed(
    "physicalLocation",
    physicalLocation=closed(
        "artifactLocation",
        artifactLocation=closed("uri", uri={"type": "string", "pattern": r"^[^ ]+$"}, uriBaseId=TEXT),
        region=closed("startLine", startLine=LINE, endLine=LINE, startColumn=LINE),
    ),
    logicalLocations=many(closed("name", name=TEXT, fullyQualifiedName=TEXT)),
)
SARIF = closed(
    "$schema version runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs=many(
        closed(
            "tool results",
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            tool=closed(
                "driver",
                driver=closed(
                    "name",
                    name=TEXT,
                    version=TEXT,
                    rules=many(
                        closed(
                            "id",
                            id=TEXT,
                            name={"type": "string", "pattern": "^[A-Z][A-Za-z]+$"},
                            shortDescription=MESSAGE,
                            fullDescription=MESSAGE,
                            help=MESSAGE,
                            defaultConfiguration=closed(
                                "level", level={"enum": ["none", "note", "warning", "error"]}
                            ),
                        )
                    ),
                ),
            ),
            invocations=many(
                closed(
                    "executionSuccessful",
                    executionSuccessful={"type": "boolean"},
                    exitCode={"type": "integer"},
                    toolExecutionNotifications=many(
                        closed(
                            "message",
                            level={"enum": ["note", "error"]},
                            message=MESSAGE,
                            locations=many(LOCATION),
                        )
                    ),
                )
            ),
            results=many(
                closed(
                    "message",
                    ruleId=TEXT,
                    ruleIndex={"type": "integer", "minimum": 0},
                    level={"enum": ["none", "note", "warning", "error"]},
                    message=MESSAGE,
                    locations=many(LOCATION),
                    partialFingerprints={"type": "object", "additionalProperties": TEXT},
                    properties={"type": "object"},
                )
            ),
        )
    ),
)
