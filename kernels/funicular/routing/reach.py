"""How routing reaches the session's cluster: find it, start it, wait for it, count its cores."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from funicular.errors import FunicularError
from funicular.routing import summary
from funicular.routing.modules import folders
from funicular.routing.troubles import cut_off, in_words, is_trouble

if TYPE_CHECKING:
    from distributed import Client

    from funicular.clusters.session import Session

Tell = Callable[[str], None]
T = TypeVar("T")
ANSWER_S = 2.0
SILENT_S = 60.0
FOLDERS_S = 5.0
COMPARE_EVERY_S = 60.0  # new blocks may be other nodes
GROWING_S, GROWN_S = 0.2, 3.0  # workers of one block arrive within a second or two


def session() -> Session:
    """The session of this process."""
    from funicular.clusters.session import current

    return current()


def connect(tell: Tell | None = None) -> Client:
    """A connected client; the cluster is found or started, workers are not waited for.

    tell: gets a line on what is waited for where the cluster's controller comes with its first job.
    """
    now = session()
    client = _in_words(lambda: now.client(tell=tell))
    _in_words(lambda: summary.uses_cluster(now.view))
    attend()
    return client


def start(tell: Tell | None = None) -> Client:
    """A connected client with at least one worker behind it; waits, and says why.

    Raises a ``FunicularError`` when the cluster cannot grow or its controller is gone.
    """
    client = connect(tell)
    _in_words(lambda: session().wait_for_workers(1, tell=tell))
    threading.Thread(target=_compare_numerics, args=(client,), daemon=True).start()
    return client


def attend() -> None:
    """Listen to the workers' output, and keep Dask collections on our route, once there is a client."""
    from funicular.clusters import output
    from funicular.routing import switch

    client = session().connected()
    if client is None:
        return
    output.listen(client)
    switch.keep()
    known = (id(client), folders())
    if known != _told.get("folders"):
        _told["folders"] = known
        thread = threading.Thread(target=_tell_folders, args=(client, known[1]), daemon=True)
        _told["thread"] = thread
        thread.start()


def _tell_folders(client: Client, places: tuple[str, ...]) -> None:
    """All workers hear where the user's modules are: 0.3 s for 16 of them, which nobody need wait for."""
    from funicular.routing.user_folders import UserFolders

    with suppress(OSError, TimeoutError, RuntimeError):  # chunks of our own say it with each call
        client.register_plugin(UserFolders(places))


def _compare_numerics(client: Client) -> None:
    """Tell once of each kind of node on which numbers may come out otherwise."""
    from funicular.clusters.numerics import in_words as difference
    from funicular.clusters.numerics import numerics
    from funicular.clusters.output import printer

    here = numerics()
    if here is None or monotonic() - _compared.get(id(client), -1e9) < COMPARE_EVERY_S:
        return
    _compared[id(client)] = monotonic()
    with suppress(OSError, FunicularError):
        kinds: dict[Any, list[str]] = {}
        for host, there in session().numerics().items():
            kinds.setdefault(there, []).append(host)
        for there, hosts in kinds.items():
            text = difference(", ".join(sorted(hosts)), there, here)
            if text and there not in _told_numerics:
                _told_numerics.add(there)
                printer.take({"worker": "", "parts": [["stderr", text]]})


_compared: dict[int, float] = {}
_told_numerics: set[Any] = set()


def wait_for_folders() -> None:
    """Until the workers have heard: for Dask's own tasks, which do not say where they belong."""
    thread = _told.get("thread")
    if thread is not None:
        thread.join(FOLDERS_S)


def _in_words(act: Callable[[], T]) -> T:
    try:
        return act()
    except FunicularError:
        raise
    except (OSError, TimeoutError) as error:
        raise in_words(error) from error
    except BaseException as error:
        if is_trouble(error):
            raise in_words(error) from error
        raise


def cores_now(client: Client, before: int = 0) -> int:
    """Cores of the workers that are there; ``before`` when nobody answers within a second or two.

    Raises a ``FunicularError`` when the connection is gone.
    """
    asked: Any = client.scheduler
    if asked is None:  # closed meanwhile, by another thread or because the controller went
        raise cut_off("The calls")
    try:
        counted: Any = client.sync(asked.ncores, callback_timeout=ANSWER_S)
    except TimeoutError:
        return before
    except OSError as error:
        raise in_words(error) from error
    except BaseException as error:
        if is_trouble(error):
            raise in_words(error) from error
        raise
    return sum(counted.values())


def cores_hoped() -> tuple[int, bool]:
    """Cores to reckon with before anything is sent, and whether workers are there already.

    Starts nothing: a cluster says what it has or was wished; without one this machine's count stands in.
    Raises a ``FunicularError`` when there is a cluster that does not answer.
    """
    view = session().view()
    if view is None:
        return GUESS
    wished = view.nodes_wished * view.cores_per_node
    if view.workers > 0:
        return max(view.cores, 1), True
    return max(wished, view.cores, *GUESS[:1]), False


GUESS = (max(os.cpu_count() or 1, 2), False)


_told: dict[str, Any] = {}  # what the cluster's workers know of this process


class Count:
    """Cores of a cluster in use, asked for now and then: often while it grows, each second later."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._begun = monotonic()
        self._ask_at = -1e9
        self._cores = 0

    def now(self) -> int:
        """Cores that are there. Raises a ``FunicularError`` when the connection is gone."""
        if monotonic() >= self._ask_at:
            self._cores = cores_now(self._client, self._cores)
            now = monotonic()
            self._ask_at = now + (GROWING_S if now - self._begun < GROWN_S else 1.0)
        return self._cores


class Hopes:
    """``cores_hoped`` remembered for a second, since it asks another process; longer when that is silent."""

    def __init__(self, every_s: float = 1.0) -> None:
        self._every_s = every_s
        self._ask_at = -1e9
        self._answer = GUESS

    def now(self) -> tuple[int, bool]:
        """Cores, and whether workers are there."""
        if monotonic() >= self._ask_at:
            try:
                self._answer = cores_hoped()
                wait_s = self._every_s
            except FunicularError:  # whoever goes there is told; here only the guess is poorer
                wait_s = SILENT_S
            self._ask_at = monotonic() + wait_s
        return self._answer
