"""A process with one thread that has imported the stack and forks a node's workers.

Importing is what makes workers slow to start; here it is done once a node. The agent starts it with BLAS
threads pinned to one, and speaks JSON lines with it over a socket given as a file descriptor:

    in   {"do": "import", "modules": [...]}     {"do": "fork", "worker": {...}}
         {"do": "numerics"}     {"do": "end"}
    out  {"did": "import", ...}  {"did": "fork", "name", "pid"}  {"did": "numerics", ...}
         {"did": "exit", "name", "pid", "code", "signal"}  {"did": "skip" | "refuse", "module", "why"}
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from typing import Any

from funicular.clusters import gpus
from funicular.messages import from_json, to_json

BASE = (
    "numpy",
    "distributed",
    "distributed.worker",
    "tornado.platform.asyncio",
    "funicular.clusters.output",
    "funicular.clusters.unix_http",
    "funicular.clusters.worker",
)


class HasThreads(Exception):
    """A fork now could hang a worker: another thread may hold a lock. ``module``: imported last."""

    def __init__(self, module: str, count: int) -> None:
        super().__init__(f"{count} threads after importing {module}")
        self.module = module


def threads_here() -> int:
    """Threads of this process, those of C libraries included."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def assert_one_thread(after: str) -> None:
    """Raises ``HasThreads`` naming what was imported last."""
    if (count := threads_here()) != 1:
        raise HasThreads(after, count)


class Zygote:
    """Reads the agent's lines, forks, and reports which child ended and how."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._buffer = b""
        self._children: dict[int, str] = {}

    def serve(self) -> None:
        """Until the agent says ``end`` or is gone; children are ended with it."""
        wake, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._wake_read = wake
        gc.disable()  # imports leave no garbage, and a seventh of their time went into looking
        self._import(BASE)
        self._prepare()
        while True:
            ready, _, _ = select.select([self._control.fileno(), wake], [], [])
            if wake in ready:
                os.read(wake, 4096)
                self._reap()
            if self._control.fileno() in ready and not self._read():
                break
        self._end_children()

    def _read(self) -> bool:
        data = self._control.recv(65536)
        if not data:
            return False
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        return all(self._obey(json.loads(line)) for line in lines)

    def _obey(self, order: dict[str, Any]) -> bool:
        match order["do"]:
            case "import":
                self._import(order["modules"])
            case "fork":
                self._fork(order["worker"])
            case "numerics":
                from funicular.clusters.numerics import numerics

                self._say("numerics", numerics=to_json(numerics()))
            case "end":
                return False
        return True

    def _import(self, modules: tuple[str, ...] | list[str]) -> None:
        for name in modules:
            try:
                importlib.import_module(name)
            except Exception as error:  # the user's task will tell, if it needs it at all
                self._say("skip", module=name, why=f"{type(error).__name__}: {error}")
                continue
            assert_one_thread(name)
        self._say("import", threads=threads_here())

    def _prepare(self) -> None:
        from funicular.clusters.worker import prepare

        prepare()
        assert_one_thread("everything")
        if gpus.driver_is_loaded():
            raise HasThreads("a GPU library", threads_here())

    def _fork(self, worker: dict[str, Any]) -> None:
        from funicular.clusters.worker import WorkerSpec, run

        spec = from_json(WorkerSpec, worker)
        assert_one_thread("everything")
        if gpus.driver_is_loaded():
            raise HasThreads("a GPU library", threads_here())
        gc.freeze()  # what is here already: a worker's collector leaves it, and its pages stay shared
        pid = os.fork()
        if pid:
            self._children[pid] = spec.name
            self._say("fork", name=spec.name, pid=pid)
            return
        code = os.EX_SOFTWARE  # it never came to serve
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            gc.enable()
            self._control.close()
            os.close(self._wake)
            os.close(self._wake_read)
            code = run(spec)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            name = self._children.pop(pid, "")
            code = os.waitstatus_to_exitcode(status)
            self._say("exit", name=name, pid=pid, code=max(code, 0), signal=max(-code, 0))

    def _end_children(self) -> None:
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)

    def _say(self, did: str, **fields: Any) -> None:
        with contextlib.suppress(OSError):  # the agent is gone; the next read says so
            self._control.sendall(json.dumps({"did": did, **fields}).encode() + b"\n")


def main(descriptor: int) -> int:
    """Serve on the socket with this descriptor."""
    control = socket.socket(fileno=descriptor)
    try:
        Zygote(control).serve()
    except HasThreads as error:
        refusal = {"did": "refuse", "module": error.module, "why": str(error)}
        control.sendall(json.dumps(refusal).encode() + b"\n")
        return 71
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
