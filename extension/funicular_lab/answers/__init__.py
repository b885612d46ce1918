"""What the server tells the browser, one file a subject. ``contract.py`` turns these into TypeScript."""

from __future__ import annotations

from funicular_lab.answers.about import AboutAnswer, StartHereAnswer
from funicular_lab.answers.clusters import ClusterAnswer, ClustersAnswer, KeepAnswer, KeepWish
from funicular_lab.answers.jobs import JobsAnswer, JobView, ScriptAnswer
from funicular_lab.answers.ledger import LedgerAnswer, LedgerBudget, LedgerNow, LedgerProject, LedgerSum
from funicular_lab.answers.live import HolderView, LiveAnswer
from funicular_lab.answers.obituaries import Action, ObituariesAnswer, ObituaryView
from funicular_lab.answers.plan import PlanAnswer, QueuesAnswer, QueueView
from funicular_lab.answers.problem import Nothing, Problem

__all__ = [
    "AboutAnswer",
    "Action",
    "ClusterAnswer",
    "ClustersAnswer",
    "HolderView",
    "JobView",
    "JobsAnswer",
    "KeepAnswer",
    "KeepWish",
    "LedgerAnswer",
    "LedgerBudget",
    "LedgerNow",
    "LedgerProject",
    "LedgerSum",
    "LiveAnswer",
    "Nothing",
    "ObituariesAnswer",
    "ObituaryView",
    "PlanAnswer",
    "Problem",
    "QueueView",
    "QueuesAnswer",
    "ScriptAnswer",
    "StartHereAnswer",
]
