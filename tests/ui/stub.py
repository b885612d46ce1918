"""Answers of the server played in the browser, for states that are hard to reach for real."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from funicular.clusters.live import FunctionView
from funicular.messages import BlockView, ClusterView, to_json
from funicular_lab.answers.jobs import JobsAnswer, JobView
from funicular_lab.answers.ledger import LedgerAnswer, LedgerBudget, LedgerNow, LedgerProject, LedgerSum
from funicular_lab.answers.live import HolderView, LiveAnswer
from funicular_lab.answers.obituaries import ObituariesAnswer, ObituaryView
from funicular_lab.answers.plan import PlanAnswer, QueuesAnswer, QueueView

API = "/funicular/api/"
PROBLEM = {
    "type": "docs/errors/scheduler-no-answer.md",
    "title": "The scheduler does not answer.",
    "status": 503,
    "detail": "squeue: error: Unable to contact slurm controller (connect failure)",
    "next_step": "Wait a minute; if it lasts, ask the support desk whether Slurm is down.",
    "message": "The scheduler does not answer.",
}
REASON = "the project phy123 already uses all the cores that it may use at once (AssocGrpCpuLimit)"
RUNNING = BlockView("b1", "4711", "running", "", 3, ("node1", "node2", "node3"), 12, 1260.0, 2340.0)
WAITING = BlockView("b2", "4712", "pending", REASON, 1, since_s=340.0)
VIEW = ClusterView(
    "lab-1-ab12", "slurm", "running", 3, 12, 12, 1.26, (RUNNING, WAITING), nodes_wished=4, workers_wished=16,
    cores_per_node=4, cores_busy=9, memory_bytes=9_400_000_000, memory_limit_bytes=12_000_000_000,
    tasks_waiting=690, tasks_running=9, tasks_done=310, core_hours_committed=4.2, core_hours_busy=0.9,
    budget="10 core-h",
    because=("queue cpu: the one with most idle nodes",),
)  # fmt: skip


def cluster(view: ClusterView = VIEW, **changes: Any) -> dict[str, Any]:
    """An entry of the list of clusters."""
    name = view.name
    entry = {"name": name, "site": view.site, "host": "login1", "is_session": True, "problem": None}
    return {**entry, "view": to_json(view), **changes}


def live(seconds: int = 600) -> Any:
    """Ten minutes: nothing, then work on all cores, then less."""
    t_s = range(0, seconds, 2)
    busy = [0 if t < 60 else 12 if t < 400 else 9 for t in t_s]
    memory = [min(9_400_000_000, 1_000_000_000 + max(0, t - 60) * 30_000_000) for t in t_s]
    functions = (
        FunctionView("simulate_a_rather_long_named_model", done=310, running=9, waiting=690, erred=0),
        FunctionView("load", done=64, running=0, waiting=0, erred=2),
    )
    return to_json(
        LiveAnswer(
            t_s=tuple(map(float, t_s)),
            busy=tuple(busy),
            cores=(12,) * len(t_s),
            memory_bytes=tuple(memory),
            memory_limit_bytes=(12_000_000_000,) * len(t_s),
            functions=functions,
            holders=(HolderView("notebook", "climate.ipynb", "climate.ipynb", "k1", "login1"),),
        )
    )


NOW_S = time.time()
PLAN = PlanAnswer(
    nodes=4, cores=16, memory_bytes=16_000_000_000, gpus=0, hours=1.0, queue="cpu", account="phy123",
    core_hours=16.0, because=("queue cpu: the one with most idle nodes",), nodes_max=16,
    core_hours_per_node=4.0, budget="10 core-h",
)  # fmt: skip
QUEUE = QueueView(
    name="cpu", is_default=True, is_open=True, nodes=32, nodes_idle=7, max_nodes=16, cores_per_node=4,
    memory_per_node_bytes=4_000_000_000, gpus_per_node=0, max_walltime_s=86400.0,
    accounts=("phy123", "phy124"), min_nodes=1, is_shared=False, needs_gpu=False,
)  # fmt: skip
JOB = JobView(
    job="4711", name="funicular-lab-1-ab12", state="running", reason="", code="", since_s=1260.0,
    time_left_s=2340.0, nodes=3, queue="cpu", cluster="lab-1-ab12", next_step="", account="phy123", cores=12,
)  # fmt: skip
OBITUARY = ObituaryView(
    cluster="lab-1-ab12", kind="worker", name="b1-7", when_s=NOW_S - 90, state="",
    cause="node2 ran out of memory: the worker held 3.8 of 4 GB.", action="scale",
    next_step="Ask for more memory: %scale memory=32GB.", peak_bytes=3_800_000_000, limit_bytes=4_000_000_000,
    curve=((60.0, 1_000_000_000), (30.0, 2_500_000_000), (0.0, 3_800_000_000)),
    log=("MemoryError: Unable to allocate 1.2 GiB",), rerun=("simulate-17",), exit_code=0, signal=9,
)  # fmt: skip
SUM = LedgerSum(
    core_hours=1.26, core_hours_busy=0.9, core_hours_committed=4.2, node_hours=0.3, gpu_hours=0.0, jobs=2
)
NO_SUM = LedgerSum(0.0, 0.0, 0.0, 0.0, 0.0, 0)
LEDGER = LedgerAnswer(
    now=LedgerNow(cores=12, nodes=3, gpus=0, jobs=1), today=SUM, week=SUM,
    projects=(LedgerProject("slurm", "phy123", SUM),),
    budget=LedgerBudget("lab-1-ab12", "10 core-h", 10.0, 5.8), unreadable_lines=0,
)  # fmt: skip
MINE = replace(JOB, job="4600", name="mine", cluster=None)
BLOCKED = replace(JOB, job="4712", state="pending", reason=REASON, code="AssocGrpCpuLimit", nodes=1)
QUEUES = QueuesAnswer(
    site="slurm",
    queues=(QUEUE, replace(QUEUE, name="gpu", is_default=False, gpus_per_node=4)),
    account="phy123",
)
READY: dict[str, Any] = {
    "clusters": {
        "session": "lab-1",
        "clusters": [
            cluster(),
            cluster(replace(VIEW, name="py-77", state="idle", blocks=(), nodes=0), is_session=False),
        ],
    },
    "live": live(),
    "plan": PLAN,
    "queues": QUEUES,
    "jobs": JobsAnswer("slurm", (JOB, BLOCKED, MINE), 4.0, None),
    "obituaries": ObituariesAnswer((OBITUARY, replace(OBITUARY, kind="node", name="node3", action=None)), 2),
    "ledger": LEDGER,
}
EMPTY: dict[str, Any] = {
    "clusters": {"session": "lab-1", "clusters": []},
    "jobs": JobsAnswer("slurm", (), 0.0, None),
    "obituaries": ObituariesAnswer((), 0),
    "plan": replace(PLAN, nodes=1, cores=4, core_hours=2.0, hours=0.5, budget=""),
    "queues": QUEUES,
    "ledger": replace(LEDGER, now=LedgerNow(0, 0, 0, 0), today=NO_SUM, week=NO_SUM, projects=(), budget=None),
}


@dataclass
class Stub:
    """Answers requests of one page; what it has no answer for goes to the real server.

    kind: ``ready``, ``empty``, ``problem``, ``loading`` (never answers) or ``real``.
    """

    kind: str = "ready"
    ready: dict[str, Any] = field(default_factory=lambda: dict(READY))
    asked: list[str] = field(default_factory=list)

    def install(self, page: Page) -> None:
        page.route(f"**{API}**", self._answer)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path.partition(API)[2]
        self.asked.append(f"{route.request.method} {path}")
        if self.kind == "real" or path == "about":
            route.fallback()
        elif self.kind == "loading":
            return  # the browser waits
        elif self.kind == "problem":
            _send(route, PROBLEM, status=503, kind="application/problem+json")
        else:
            answers = self.ready if self.kind == "ready" else EMPTY
            name = path.rpartition("/")[2]
            if name in answers:
                found = answers[name]
                _send(route, found() if callable(found) else found)
            else:
                route.fallback()


def _send(route: Route, answer: Any, *, status: int = 200, kind: str = "application/json") -> None:
    route.fulfill(status=status, content_type=kind, body=json.dumps(to_json(answer)))
