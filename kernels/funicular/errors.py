"""Errors that say what happened, why, and what to do next.

Every error of Funicular is a ``FunicularError``. A subclass lives beside the code that raises it,
has a ``code`` of its own, and a page ``docs/errors/<code>.md``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

_PAGES = (
    Path(__file__).parents[2] / "docs" / "errors",  # a checkout
    Path(sys.prefix) / "share" / "jupyter" / "funicular" / "errors",  # an installation
)


class FunicularError(Exception):
    """What happened, why, and the next step the user can take now.

    what, why, next_step: sentences for a newcomer; ``why`` and ``next_step`` may be empty.
    """

    code: ClassVar[str] = "funicular"
    status: ClassVar[int] = 500  # HTTP status when the error leaves through a server

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        super().__init__(what, why, next_step)
        self.what = what
        self.why = why
        self.next_step = next_step

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.why, self.next_step)

    def __str__(self) -> str:
        lines = [self.what]
        if self.why:
            lines.append(_hanging("Why:  ", self.why))
        if self.next_step:
            lines.append(_hanging("Next: ", self.next_step))
        return "\n".join(lines)

    @property
    def page(self) -> str:
        """Where the page that explains this error lies on this machine."""
        name = f"{self.code}.md"
        found = (folder / name for folder in _PAGES if (folder / name).is_file())
        return str(next(found, f"docs/errors/{name}"))

    def as_problem(self) -> dict[str, object]:
        """A problem details object (RFC 9457) with our ``next_step`` and JupyterLab's ``message``."""
        return {
            "type": f"docs/errors/{self.code}.md",
            "title": self.what,
            "status": self.status,
            "detail": self.why,
            "next_step": self.next_step,
            "message": str(self),
        }


def _rebuild(kind: type[FunicularError], what: str, why: str, next_step: str) -> FunicularError:
    """Make an error anew in another process, without running a subclass's own ``__init__``."""
    error = kind.__new__(kind)
    FunicularError.__init__(error, what, why=why, next_step=next_step)
    return error


def _hanging(label: str, text: str) -> str:
    first, *rest = text.splitlines() or [""]
    return "\n".join([label + first, *(" " * len(label) + line for line in rest)])
