"""A search over parameters, or a cross-validation, that uses one core: ``n_jobs=-1``.

Trigger   ``GridSearchCV(...)``, ``cross_val_score(...)``, ``RandomForestClassifier(...)`` and their like from
          scikit-learn without ``n_jobs``, or with ``n_jobs=None``.
Evidence  the call: it fits many models that know nothing of each other.
Rewrite   ``n_jobs=-1`` as last argument. With Funicular the fits go to the cluster when they take long.
Hazards   options-unseen  held      ``**options`` may hold ``n_jobs`` already.
          nested-pools    held      an estimator inside has ``n_jobs`` of its own: the outer search is enough.
          same-scores     verified  parameters, scores and the best model are those of the serial search.
          memory          told      each core holds its own copy of the data.
          shared-state    told      a ``RandomState`` object as ``random_state`` depends on the order of fits.
Source    https://scikit-learn.org/stable/computing/parallelism.html
"""

from __future__ import annotations

import ast

from funicular.hints import edits
from funicular.hints.cell import Cell
from funicular.hints.rule import Answer, Held, Rewrite, Rule

rule = Rule(name="grid-search", title="Independent fits run one after the other", rank=20, about="call")

SEARCHES = {
    *("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV"),
    *("cross_val_score", "cross_validate", "cross_val_predict", "learning_curve", "validation_curve"),
    *("permutation_test_score",),
}  # fmt: skip
TAKERS = {
    *(f"sklearn.model_selection.{name}" for name in SEARCHES),
    *(f"sklearn.ensemble.{kind}{what}" for what in ("Classifier", "Regressor")
      for kind in ("RandomForest", "ExtraTrees", "Bagging", "Stacking", "Voting")),
    *("sklearn.inspection.permutation_importance", "sklearn.feature_selection.RFECV"),
    *("sklearn.multiclass.OneVsRestClassifier", "sklearn.multioutput.MultiOutputRegressor"),
}  # fmt: skip
SAY = (
    "It fits many models that know nothing of each other. n_jobs=-1 uses all cores of this machine, and with "
    "Funicular those of the cluster when it takes long; scores and best parameters stay the same."
)
OPTIONS = "If n_jobs is not among the options that are passed on, add n_jobs=-1."
NESTED = (
    "An estimator inside uses all cores already. Give n_jobs=-1 to the outer search instead: bigger pieces."
)


@rule.proposes
def propose(call: ast.AST, cell: Cell) -> Answer:
    """A call that takes ``n_jobs`` and has none; of calls in each other only the outermost."""
    if not isinstance(call, ast.Call) or cell.origin(call.func) not in TAKERS:
        return None
    if any(isinstance(each, ast.Call) and cell.origin(each.func) in TAKERS for each in cell.around(call)):
        return None
    given = next((each for each in call.keywords if each.arg == "n_jobs"), None)
    if given is not None and not (isinstance(given.value, ast.Constant) and given.value.value is None):
        return None
    if any(each.arg is None for each in call.keywords) or any(isinstance(e, ast.Starred) for e in call.args):
        return Held("options-unseen", OPTIONS)
    inner = [each for part in (*call.args, *call.keywords) for each in ast.walk(part)]
    if any(isinstance(each, ast.keyword) and each.arg == "n_jobs" and each is not given and not _is_none(each)
           for each in inner):  # fmt: skip
        return Held("nested-pools", NESTED)
    if given is not None:
        return Rewrite(edits.replace(given.value, "-1"), say=SAY)
    return Rewrite(edits.argument(call, "n_jobs=-1"), say=SAY)


def _is_none(keyword: ast.keyword) -> bool:
    return isinstance(keyword.value, ast.Constant) and keyword.value.value in (None, 1)
