"""Searches and cross-validations get n_jobs=-1."""

from __future__ import annotations

import joblib
import pytest

from tests.kernels.hints.rules.promises import Promises

the = Promises("grid-search")
IMPORT = "from sklearn.model_selection import GridSearchCV, cross_val_score as scores\n"


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("g = GridSearchCV(SVC(), grid)", "g = GridSearchCV(SVC(), grid, n_jobs=-1)"),
        ("g = GridSearchCV(SVC(), grid, n_jobs=None)", "g = GridSearchCV(SVC(), grid, n_jobs=-1)"),
        ("print(scores(m, X, (y)))", "print(scores(m, X, (y), n_jobs=-1))"),
        (
            "g = GridSearchCV(\n    SVC(),  # kernel\n    grid,\n    cv=5,  # folds\n)",
            "g = GridSearchCV(\n    SVC(),  # kernel\n    grid,\n    cv=5, n_jobs=-1  # folds\n)",
        ),
        ("g = GridSearchCV(SVC(), {'C': (1, 2)})", "g = GridSearchCV(SVC(), {'C': (1, 2)}, n_jobs=-1)"),
        ("scores(m, X, y, scoring=('a'\n  'b'))", "scores(m, X, y, scoring=('a'\n  'b'), n_jobs=-1)"),
    ],
)
def test_the_argument_goes_to_the_end(text, to):
    """Trailing commas, comments, brackets and split strings stay whole."""
    the.rewrites(IMPORT + text, to=IMPORT + to)


def test_a_call_without_arguments():
    """The brackets are filled."""
    text = "import sklearn.ensemble\nm = sklearn.ensemble.RandomForestClassifier({})"
    the.rewrites(text.format(""), to=text.format("n_jobs=-1"))


def test_scores_and_best_parameters_stay():
    """The search is run with and without."""
    given = """
    from sklearn.datasets import load_iris
    from sklearn.neighbors import KNeighborsClassifier
    X, y = load_iris(return_X_y=True)
    """
    text = IMPORT + (
        "search = GridSearchCV(KNeighborsClassifier(), {'n_neighbors': [1, 5, 9]}, cv=3)\n"
        "best, score = search.fit(X, y).best_params_, search.best_score_\n"
        "means = search.cv_results_['mean_test_score']\n"
        "del search"
    )
    with joblib.parallel_config(backend="threading"):
        the.keeps(text, given=given, hazard="same-scores")


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("GridSearchCV(SVC(), grid, **options)", "options-unseen"),
        ("scores(*everything)", "options-unseen"),
        ("GridSearchCV(Forest(n_jobs=-1), grid)", "nested-pools"),
        ("GridSearchCV(make(Forest(n_jobs=4)), grid, cv=5)", "nested-pools"),
    ],
)
def test_what_it_keeps_its_hands_off(text, hazard):
    """Each hazard is seen in the text."""
    the.holds(IMPORT + text, hazard=hazard)


@pytest.mark.parametrize(
    "text",
    [
        IMPORT + "GridSearchCV(SVC(), grid, n_jobs=1)",
        IMPORT + "GridSearchCV(SVC(), grid, n_jobs=jobs)",
        IMPORT + "GridSearchCV(SVC(), grid, n_jobs=-1)",
        "GridSearchCV(SVC(), grid)",
        "from mine import GridSearchCV\nGridSearchCV(SVC(), grid)",
        IMPORT + "GridSearchCV = mine\nGridSearchCV(SVC(), grid)",
        IMPORT + "def f(scores):\n    return scores(1)",
        "from sklearn.svm import SVC\nSVC(C=3)",
    ],
)
def test_what_is_set_or_something_else_is_left_alone(text):
    """A number that was chosen, another library, a name that is used otherwise."""
    the.leaves(text)


def test_only_the_outermost_of_calls_in_each_other():
    """One place to spread work is enough."""
    text = (
        "from sklearn.ensemble import RandomForestClassifier as RF\n"
        + IMPORT
        + "GridSearchCV(RF({}), grid{})"
    )
    the.rewrites(text.format("", ""), to=text.format("", ", n_jobs=-1"))
    the.leaves(text.format("", ", n_jobs=2"))
