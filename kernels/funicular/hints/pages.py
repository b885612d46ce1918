"""A rule's docstring as the user's page: ``docs/hints/<name>.md``.

``python -m funicular.hints.pages docs`` writes them all, and the list in ``docs/hints.md``; a test holds
them against the rules.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from funicular.hints.rule import Rule, all_rules

HEADINGS = ("Trigger", "Evidence", "Rewrite", "Hazards", "Source")
HOW = {
    "held": "nothing is changed, and you are told",
    "verified": "tests run the old and the new code and compare",
    "told": "you should know it",
}


@dataclass(frozen=True, slots=True)
class Hazard:
    """What can go wrong with a rewrite, and how it is dealt with: "held", "verified" or "told"."""

    name: str
    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a rule's docstring says.   first: its first line.   parts: by heading, one line each."""

    name: str
    title: str
    first: str
    parts: dict[str, str]
    hazards: tuple[Hazard, ...]

    @property
    def text(self) -> str:
        """For tools that show plain text."""
        return f"{self.first} {self.parts['Rewrite']}"

    @property
    def markdown(self) -> str:
        """The page."""
        rows = [f"| {each.name} | {each.how} | {each.text} |" for each in self.hazards]
        return "\n".join(
            [
                f"# {self.title}",
                "",
                f"`{self.name}`. {self.first}",
                "",
                f"**When it is said.** {_sentence(self.parts['Trigger'])}",
                "",
                f"**What it needs to be worth it.** {_sentence(self.parts['Evidence'])}",
                "",
                f"**What is proposed.** {_sentence(self.parts['Rewrite'])}",
                "",
                "**What could go wrong, and what is done about it.** "
                + "; ".join(f"*{how}*: {means}" for how, means in HOW.items())
                + ".",
                "",
                "| Hazard | | |",
                "| --- | --- | --- |",
                *rows,
                "",
                f"Source: {self.parts['Source']}",
                "",
            ]
        )


def page_of(rule: Rule) -> Page:
    """The page of a rule. Raises ``ValueError`` when its docstring lacks a heading."""
    doc = sys.modules[rule.module].__doc__ or ""
    first, _, rest = doc.partition("\n")
    chunks = re.split(r"^([A-Z]\w+) +", rest, flags=re.MULTILINE)[1:]
    found = dict(zip(chunks[::2], chunks[1::2], strict=True))
    if missing := [each for each in HEADINGS if not found.get(each, "").strip()]:
        raise ValueError(f"{rule.name} does not say: {', '.join(missing)}")
    parts = {name: " ".join(text.split()).replace("``", "`") for name, text in found.items()}
    return Page(rule.name, rule.title, first.replace("``", "`"), parts, _hazards(found["Hazards"]))


def _hazards(text: str) -> tuple[Hazard, ...]:
    found: list[Hazard] = []
    for line in text.strip("\n").split("\n"):
        match = re.match(r"\s*([a-z][a-z-]+) {2,}(held|verified|told) {2,}(.*)", line)
        if match:
            found.append(Hazard(match[1], match[2], match[3].replace("``", "`")))
        elif found and line.strip():
            last = found[-1]
            found[-1] = Hazard(last.name, last.how, f"{last.text} {line.strip()}".replace("``", "`"))
    return tuple(found)


def _sentence(text: str) -> str:
    """With a capital where it does not begin with code."""
    return text[:1].upper() + text[1:]


LIST = re.compile(r"(?<=\| Rule \| What it sees \|\n\| --- \| --- \|\n).*?(?=\n\n)", re.DOTALL)


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    return {f"{rule.name}.md": page_of(rule).markdown for rule in all_rules()}


def with_list(text: str) -> str:
    """The page of all hints with the rules that there are."""
    rows = [f"| [{rule.name}](hints/{rule.name}.md) | {page_of(rule).first} |" for rule in all_rules()]
    return LIST.sub("\n".join(rows).replace("\\", "\\\\"), text)


def write(docs: Path) -> None:
    """Write every page, and remove those of rules that are gone."""
    folder = docs / "hints"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in pages():
            old.unlink()
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    overview = docs / "hints.md"
    overview.write_text(with_list(overview.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
