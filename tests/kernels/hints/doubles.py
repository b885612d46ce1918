"""A double of the engine that says of every loop what a test says, and notebooks in a line."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Sequence
from typing import Any

from funicular.loops import Verdict, find

Judge = Callable[[Sequence[str]], tuple[Verdict, ...]]


def says(parallel: bool = True, *, kind: str = "map", worth: str = "some", reason: str = "") -> Judge:
    """An engine that finds this of every loop."""

    def judge(texts: Sequence[str]) -> tuple[Verdict, ...]:
        return tuple(
            Verdict(
                cell=number,
                line=find.for_keyword(loop, text.split("\n"))[0],
                end_line=loop.end_lineno or 1,
                col=find.for_keyword(loop, text.split("\n"))[1],
                form=find.FORMS[type(loop)],
                kind=kind,
                parallel=parallel,
                reason="" if parallel else reason or "recurrence",
                message="A sentence.",
                witness="" if parallel else "Iteration 5 reads a[4], which iteration 4 wrote.",
                worth=worth,
                confidence=0.9,
                depth=0,
            )
            for number, text in enumerate(texts)
            for loop in find.loops(ast.parse(text))
        )

    return judge


def notebook(*cells: str, language: str = "python") -> str:
    """A notebook's file; cells that begin with ``#md`` are markdown."""
    made = [
        {
            "cell_type": "markdown" if text.startswith("#md") else "code",
            "id": f"c{number}",
            "metadata": {},
            "source": text.splitlines(keepends=True),
            **({} if text.startswith("#md") else {"outputs": [], "execution_count": None}),
        }
        for number, text in enumerate(cells)
    ]
    book: dict[str, Any] = {
        "cells": made,
        "metadata": {"language_info": {"name": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, indent=1, ensure_ascii=False)
