"""Hints as SARIF 2.1.0, which code hosts show beside the lines of a change.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from funicular.hints.hint import Hint
from funicular.hints.pages import Page, page_of
from funicular.hints.reading import OtherLanguage, UnreadableSource
from funicular.hints.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(
    hints: Sequence[Hint],
    problems: Sequence[UnreadableSource],
    rules: Sequence[Rule],
    *,
    version: str,
    lines: Mapping[tuple[str, int], int],
) -> dict[str, Any]:
    """The log of one run.   lines: in a notebook's file, the line where (path, cell) begins."""
    failed = [each for each in problems if not isinstance(each, OtherLanguage)]
    names = [rule.name for rule in rules]
    driver = {"name": "Funicular", "version": version, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not failed,
                "exitCode": 2 if failed else 0,
                "toolExecutionNotifications": [_notification(each) for each in problems],
            }
        ],
        "results": [_result(hint, names, lines) for hint in hints],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    page: Page = page_of(rule)
    return {
        "id": rule.name,
        "name": "".join(word.title() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": page.first},
        "help": {"text": page.text, "markdown": page.markdown},
        "defaultConfiguration": {"level": "note"},
    }


def _result(hint: Hint, names: Sequence[str], lines: Mapping[tuple[str, int], int]) -> dict[str, Any]:
    text = " ".join(filter(None, (hint.message, hint.witness, hint.advice)))
    markdown = f"{text}\n\n```diff\n{hint.diff}\n```" if hint.diff else text
    found: dict[str, Any] = {
        "ruleId": hint.rule or "loop",
        "level": "note",
        "message": {"text": text, "markdown": markdown},
        "locations": [_location(hint, lines)],
        "partialFingerprints": {"codeLine/v1": _fingerprint(hint)},
        "properties": {
            "parallel": hint.parallel,
            "verdict": hint.verdict,
            "kind": hint.kind,
            "reason": hint.reason,
            "confidence": hint.confidence,
            "worth": hint.worth,
            "cell": hint.cell,
            "line": hint.line,
        },
    }
    if hint.rule in names:
        found["ruleIndex"] = names.index(hint.rule)
    return found


def _location(hint: Hint, lines: Mapping[tuple[str, int], int]) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": hint.line, "endLine": hint.end_line, "startColumn": hint.column}
    place: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact(hint.path), "region": region}}
    if hint.cell is not None:
        start = lines.get((hint.path, hint.cell))
        if start is None:
            del place["physicalLocation"]["region"]
        else:  # in the file's own lines each line of a cell is a string of JSON
            region = {"startLine": start + hint.line - 1, "endLine": start + hint.end_line - 1}
            place["physicalLocation"]["region"] = region
        name = f"cell {hint.cell}"
        place["logicalLocations"] = [{"name": name, "fullyQualifiedName": f"{hint.path}:{name}:{hint.line}"}]
    return place


def artifact(path: str) -> dict[str, Any]:
    """Where a file is: relative to the root of the sources, or a file address."""
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(Path(path).as_posix()), "uriBaseId": "%SRCROOT%"}


def _fingerprint(hint: Hint) -> str:
    return sha256(f"{hint.rule}:{hint.cell}:{hint.code.strip()}".encode()).hexdigest()[:16]


def _notification(problem: UnreadableSource) -> dict[str, Any]:
    level = "note" if isinstance(problem, OtherLanguage) else "error"
    found: dict[str, Any] = {"level": level, "message": {"text": str(problem)}}
    if problem.path:
        found["locations"] = [{"physicalLocation": {"artifactLocation": artifact(problem.path)}}]
    return found
