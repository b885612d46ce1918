"""The welcome notebook: where it is kept, and the user's own copy of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path
from jupyter_core.utils import ensure_async

from funicular.errors import FunicularError
from funicular_lab.answers import StartHereAnswer

NOTEBOOK = "00-first-ascent.ipynb"


class NoWelcomeNotebook(FunicularError):
    """The welcome notebook was not installed."""

    code = "no-welcome-notebook"
    status = 500


def find_notebook(name: str = NOTEBOOK) -> Path:
    """The shipped notebook: in the source tree, else where an installation puts it."""
    in_tree = Path(__file__).parents[2] / "notebooks"
    installed = [Path(folder) for folder in jupyter_path("funicular", "notebooks")]
    for folder in (in_tree, *installed):
        if (folder / name).is_file():
            return folder / name
    raise NoWelcomeNotebook(
        f"The notebook {name} is not here.",
        why=f"It is in none of: {', '.join(map(str, installed))}.",
        next_step="Install Funicular again: pip install --force-reinstall funicular",
    )


async def put_welcome_notebook(contents: Any) -> StartHereAnswer:
    """Copy it to the top of the user's files, unless a file of that name is there already."""
    if await ensure_async(contents.file_exists(NOTEBOOK)):
        return StartHereAnswer(NOTEBOOK, is_new=False)
    notebook = json.loads(find_notebook().read_text(encoding="utf-8"))
    model = {"type": "notebook", "format": "json", "content": notebook}
    await ensure_async(contents.save(model, NOTEBOOK))
    return StartHereAnswer(NOTEBOOK, is_new=True)
