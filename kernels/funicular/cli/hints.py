"""``funicular hints``: which loops of scripts and notebooks may run in parallel, and why others may not."""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from funicular.cli.shown import print_json
from funicular.hints import engine, positions, reading, walking
from funicular.hints.hint import Hint, as_record
from funicular.hints.reading import OtherLanguage, UnreadableSource
from funicular.hints.rule import Rule, all_rules
from funicular.hints.sarif import as_sarif
from funicular.hints.text import Found, as_text

SUMMARY = "say which loops of scripts and notebooks may run in parallel; nothing of them is run"
EPILOG = """\
Exit codes: 0 all files were read, whatever was found; 2 a file or a cell could not be read as Python
(told on stderr; the others are judged all the same), or the command line could not.

examples:
  funicular hints analysis.ipynb           what is worth a look
  funicular hints --all analysis.ipynb     every loop, and why it stays in order
  funicular hints --format json src/       for programs
  funicular hints --format sarif . > hints.sarif
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="scripts, notebooks, folders or patterns ('*.ipynb')"
    )
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text", help="default: text")
    parser.add_argument(
        "--all", action="store_true", help="every loop: cheap ones and those that stay in order"
    )
    parser.add_argument("--select", metavar="RULES", type=_rules, help="only hints of these rules, by commas")
    parser.add_argument("--ignore", metavar="RULES", type=_rules, default=(), help="no hints of these rules")
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="--format json")


def run(options: argparse.Namespace) -> int:
    """Read, judge, print."""
    found: list[Hint] = []
    problems: list[UnreadableSource] = []
    read = 0
    for path in walking.files(options.paths):
        hints, troubles = judge(path)
        found += hints
        problems += troubles
        read += not troubles or bool(hints)
    wanted = [hint for hint in found if _is_wanted(hint, options.select, options.ignore)]
    shown = wanted if options.all else [hint for hint in wanted if hint.is_shown]
    if options.format == "sarif":
        print_json(_sarif(shown, problems))
    elif options.format == "json":
        print_json([as_record(hint) for hint in shown])
    else:
        shown = shown if options.all else [hint for hint in shown if hint.is_worth_reading]
        print(as_text(Found(tuple(shown), tuple(wanted), read), all_asked=options.all))
    for problem in problems:
        sys.stdout.flush()
        print(json.dumps(problem.as_problem()) if options.format == "json" else problem, file=sys.stderr)
    return 0 if all(isinstance(problem, OtherLanguage) for problem in problems) else 2


def judge(path: str) -> tuple[list[Hint], list[UnreadableSource]]:
    """The hints of one file, and what of it could not be read."""
    try:
        document = reading.read(Path(path), path)
        return engine.hints(document), list(document.problems)
    except UnreadableSource as problem:
        return [], [problem]
    except RecursionError:
        return [], [_too_deep(path)]
    except Exception as error:  # ours, in one of many files: told, and the others go on
        return [], [_our_mistake(path, error)]


class NotJudged(UnreadableSource):
    """A file that is Python, and of which nothing can be said, by a mistake or a limit of Funicular's own."""

    code = "not-judged"
    status = 500


def _our_mistake(path: str, error: Exception) -> NotJudged:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return NotJudged(
        f"Funicular failed at {path}; the mistake is its own.",
        why=f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})",
        next_step="Report it with that file, if you may share it. Other files were judged.",
        path=path,
    )


def _too_deep(path: str) -> NotJudged:
    return NotJudged(
        f"{path} cannot be judged.",
        why="its expressions are nested too deeply",
        next_step="Cut the longest expression in two. Other files were read.",
        path=path,
    )


def _is_wanted(hint: Hint, select: Sequence[str] | None, ignore: Sequence[str]) -> bool:
    return (select is None or hint.rule in select) and hint.rule not in ignore


def _rules(text: str) -> tuple[str, ...]:
    """Names of rules on the command line; one that is unknown is a mistake there."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    known = [rule.name for rule in all_rules()]
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"no such rule: {', '.join(unknown)}; there are: {', '.join(known)}")
    return names


def _sarif(hints: Sequence[Hint], problems: Sequence[UnreadableSource]) -> dict[str, object]:
    from funicular.version import __version__

    lines: dict[tuple[str, int], int] = {}
    for path in {hint.path for hint in hints if hint.cell is not None}:
        text = Path(path).read_text(encoding="utf-8-sig")
        lines |= {(path, cell): line for cell, line in positions.cell_lines(text).items()}
    rules: tuple[Rule, ...] = all_rules()
    return as_sarif(hints, problems, rules, version=__version__, lines=lines)
