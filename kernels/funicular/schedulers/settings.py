"""Numbers in environment variables, read with a sentence for those that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from funicular.errors import FunicularError


class UnreadableSetting(FunicularError):
    """A setting in the environment that cannot be read."""

    code = "unreadable-setting"
    status = 400


def number(
    environ: Mapping[str, str], name: str, otherwise: float, *, of: str = "seconds", note: str = ""
) -> float:
    """The number that this variable holds, at least 0; ``otherwise`` when it is not set.

    of: what is counted.   note: what to add to the advice. Raises ``UnreadableSetting``.
    """
    text = environ.get(name, "").strip()
    try:
        found = float(text or otherwise)
    except ValueError:
        found = -1.0
    if not 0 <= found < float("inf"):
        raise UnreadableSetting(
            f"{name}={text!r} is not a number of {of}.",
            next_step=f"Set it to a number such as {name}={otherwise:g}{note}, or remove it.",
        )
    return found
