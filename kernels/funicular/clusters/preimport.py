"""What a node imports once, before it forks its workers: what the kernel has imported and forks well."""

from __future__ import annotations

from collections.abc import Iterable

# Packages whose import was seen to leave one thread and no open socket behind (a test imports each).
FORK_SAFE = ("numpy", "scipy", "pandas", "sklearn", "skimage", "joblib", "xarray", "statsmodels", "PIL")


def worth_importing(loaded: Iterable[str]) -> tuple[str, ...]:
    """The public modules among ``loaded`` that a zygote may import, parents first."""
    return tuple(
        sorted(
            name
            for name in tuple(loaded)
            if name.split(".")[0] in FORK_SAFE
            and name.count(".") <= 2
            and not any(part.startswith("_") or part in ("tests", "conftest") for part in name.split("."))
        )
    )
