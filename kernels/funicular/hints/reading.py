"""Files as cells: a script is one cell, a notebook has many. Nothing of them is run."""

from __future__ import annotations

import ast
import io
import json
import tokenize
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funicular.errors import FunicularError
from funicular.hints import magics

BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)


class UnreadableSource(FunicularError):
    """A file, or a cell of it, that cannot be read as Python."""

    code = "unreadable-source"
    status = 400

    def __init__(self, what: str, *, why: str = "", next_step: str = "", path: str = "") -> None:
        super().__init__(what, why=why, next_step=next_step)
        self.path = path

    def as_problem(self) -> dict[str, object]:
        """With the path, so that a program knows which file is missing from the answer."""
        return {**super().as_problem(), "path": self.path}


@dataclass(frozen=True, slots=True)
class Source:
    """One cell.   index: its place among all cells, ``None`` for a script.   text: plain Python with the
    lines of ``original``, which is what the user sees."""

    index: int | None
    text: str
    original: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.   problems: cells left out because they are no Python."""

    path: str
    sources: tuple[Source, ...]
    problems: tuple[UnreadableSource, ...] = ()


def read(path: Path, shown: str | None = None) -> Document:
    """The file as cells. ``shown``: the path as the user knows it. Raises ``UnreadableSource``."""
    name = shown or str(path)
    try:
        content = path.read_bytes()
    except OSError as problem:
        why = problem.strerror or str(problem)
        step = "Check the path; a folder, a file or a pattern such as 'notebooks/*.ipynb' can be given."
        raise UnreadableSource(f"{name} cannot be read.", why=why, next_step=step, path=name) from problem
    if path.suffix == ".ipynb":
        return _notebook(name, content)
    return _script(name, content)


def _script(name: str, content: bytes) -> Document:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = io.TextIOWrapper(io.BytesIO(content), encoding).read()
    except (SyntaxError, UnicodeDecodeError, LookupError) as problem:
        raise UnreadableSource(
            f"{name} is not text that Python can read.",
            why=str(problem),
            next_step="Save it as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-",
            path=name,
        ) from problem
    source = Source(None, text, text)
    if (mistake := broken(source.text)) is not None:
        raise _no_python(name, source, mistake)
    return Document(name, (source,))


def _notebook(name: str, content: bytes) -> Document:
    try:
        book = json.loads(content.decode("utf-8-sig"))
        cells = list(_cells(book))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise UnreadableSource(
            f"{name} is not a notebook that can be read.",
            why=f"{type(problem).__name__}: {problem}",
            next_step="Open it in JupyterLab and save it again; after a merge, look for <<<<<<< in it.",
            path=name,
        ) from problem
    if (language := language_of(book)) != "python":
        return Document(name, (), (_other_language(name, language),))
    sources, problems = [], []
    for index, code in cells:
        text = magics.plain(code)
        if text is None:
            continue
        source = Source(index, text, code)
        if (mistake := broken(text)) is None:
            sources.append(source)
        else:
            problems.append(_no_python(name, source, mistake))
    return Document(name, tuple(sources), tuple(problems))


def _cells(book: Any) -> Iterable[tuple[int, str]]:
    """Place and text of each code cell; format 3 had worksheets, and ``input`` for the text."""
    sheets = book.get("worksheets", [book])
    index = 0
    for sheet in sheets:
        for cell in sheet["cells"]:
            if cell["cell_type"] == "code":
                text = cell["source"] if "source" in cell else cell["input"]
                joined = text if isinstance(text, str) else "".join(text)
                yield index, joined.replace("\r\n", "\n").replace("\r", "\n")
            index += 1


def language_of(book: Any) -> str:
    """What the notebook is written in, in small letters; Python when it does not say."""
    about = book.get("metadata", {})
    said = about.get("language_info", {}).get("name") or about.get("kernelspec", {}).get("language")
    language = str(said or "python").lower()
    return "python" if language in ("ipython", "python3") else language


class OtherLanguage(UnreadableSource):
    """A notebook that is not in Python: told, and no reason to fail."""

    code = "other-language"


def _other_language(name: str, language: str) -> OtherLanguage:
    return OtherLanguage(
        f"{name} is left out.",
        why=f"it is written in {language}; hints are for Python",
        next_step="Nothing needs to be done.",
        path=name,
    )


def broken(text: str) -> Exception | None:
    """Why this is no Python; ``None`` when it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except BROKEN as problem:
        return problem
    return None


def _no_python(name: str, source: Source, problem: Exception) -> UnreadableSource:
    place = name if source.index is None else f"{name}, cell {source.index}"
    why = str(problem)
    if isinstance(problem, SyntaxError):
        line = problem.lineno or 1
        lines = source.original.split("\n")
        text = lines[line - 1].strip() if line <= len(lines) else ""
        place, why = f"{place}, line {line}", f"{problem.msg}: {text}" if text else problem.msg
    rest = "The rest of the notebook was read." if source.index is not None else "Other files were read."
    step = f"Correct it, or leave the file out. {rest}"
    return UnreadableSource(f"{place} is not Python.", why=why, next_step=step, path=name)
