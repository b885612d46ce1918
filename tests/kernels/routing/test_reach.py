"""How routing reaches the cluster."""

from __future__ import annotations

from typing import Any, cast

import pytest

from funicular.routing.reach import cores_now
from funicular.routing.troubles import ClusterLost


class ClosedClient:
    """What is left of Dask's client once another thread has closed it."""

    scheduler: Any = None


def test_a_client_closed_meanwhile_is_a_lost_cluster() -> None:
    """Counting cores through a closed client says that the connection is gone, not an attribute of None."""
    with pytest.raises(ClusterLost, match="were cut off") as caught:
        cores_now(cast("Any", ClosedClient()))

    assert "Run the cell again" in caught.value.next_step
