"""What holds for every rule: a page, a test file, each hazard dealt with, and no list to edit."""

from __future__ import annotations

import ast
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from funicular.hints import rules
from funicular.hints.pages import HEADINGS, page_of, pages, with_list
from funicular.hints.rule import all_rules
from tests.architecture.arrows import ROOT

TESTS = Path(__file__).parent / "rules"
each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)


def test_every_file_is_a_rule_and_named_like_it():
    """A rule is found by being there."""
    files = {module.name.replace("_", "-") for module in pkgutil.iter_modules(rules.__path__)}

    assert {rule.name for rule in all_rules()} == files
    assert {rule.module.rpartition(".")[2].replace("_", "-") for rule in all_rules()} == files


def test_adding_a_rule_edits_no_list(tmp_path):
    """One more file, and the command offers it."""
    more = tmp_path / "more"
    more.mkdir()
    (more / "new_rule.py").write_text(
        '"""A new rule.\n\nTrigger   x\nEvidence  x\nRewrite   x\nHazards   x  told  x\nSource    x\n"""\n'
        "from funicular.hints.rule import Held, Rule\n\n"
        'rule = Rule(name="new-rule", title="New")\n\n\n'
        "@rule.proposes\ndef propose(loop, cell):\n    return Held('x', 'y')\n"
    )
    code = (
        "import sys\nfrom funicular.hints import rules\n"
        f"rules.__path__.append({str(more)!r})\n"
        "from funicular.cli.main import main\nsys.exit(main(['hints', '--select', 'new-rule', sys.argv[1]]))"
    )
    script = tmp_path / "loop.py"
    script.write_text("for i in range(3):\n    print(i)\n")
    done = subprocess.run(
        [sys.executable, "-c", code, str(script)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 loop in 1 file" in done.stdout


@each_rule
def test_its_docstring_is_a_page(rule):
    """All five headings, hazards with a way to deal with each, and a source."""
    page = page_of(rule)

    assert set(page.parts) == set(HEADINGS)
    assert page.hazards
    assert page.parts["Source"].startswith("http")
    assert rule.title in page.markdown


@each_rule
def test_its_page_is_written(rule):
    """``make format`` writes docs/hints."""
    written = ROOT / "docs" / "hints" / f"{rule.name}.md"

    assert written.read_text(encoding="utf-8") == pages()[written.name], "run: make format"


def test_no_page_is_left_over_and_the_list_is_whole():
    """``make format`` removes pages of rules that are gone, and writes the list."""
    overview = (ROOT / "docs" / "hints.md").read_text(encoding="utf-8")

    assert {path.name for path in (ROOT / "docs" / "hints").glob("*.md")} == set(pages())
    assert overview == with_list(overview), "run: make format"


@each_rule
def test_each_hazard_has_its_test(rule):
    """Held ones are held in a test, verified ones are run."""
    held, verified = set[str](), set[str]()
    for hazard in page_of(rule).hazards:
        {"held": held, "verified": verified}.get(hazard.how, set[str]()).add(hazard.name)
    named = constants(test_of(rule))

    assert held | verified <= named
    assert not verified or calls(test_of(rule)) & {"keeps", "left_by", "differences"}


@each_rule
def test_it_leaves_alone_at_least_as_often_as_it_rewrites(rule):
    """Hands off is half of a rule."""
    cases = dict.fromkeys(("rewrites", "holds", "leaves", "keeps"), 0)
    for function in (each for each in test_of(rule).body if isinstance(each, ast.FunctionDef)):
        many = parameters(function)
        for verb in cases:
            cases[verb] += many * (verb in calls(function))

    assert cases["holds"] + cases["leaves"] >= cases["rewrites"]
    assert cases["leaves"] >= 1


def test_of(rule) -> ast.Module:
    """The rule's tests; there must be such a file."""
    return ast.parse((TESTS / f"test_{rule.name.replace('-', '_')}.py").read_text(encoding="utf-8"))


test_of.__test__ = False


def constants(tree: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def calls(tree: ast.AST) -> set[str]:
    """Names of the methods that are called."""
    return {
        n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }


def parameters(function: ast.FunctionDef) -> int:
    """How many cases a test has."""
    for each in function.decorator_list:
        if isinstance(each, ast.Call) and len(each.args) > 1 and isinstance(each.args[1], ast.List):
            return len(each.args[1].elts)
    return 1
