"""Environments are compared when a node joins, and a difference is said in a sentence."""

from funicular.clusters.fingerprint import differences, fingerprint, in_words


def test_the_same_environment_has_no_differences():
    """Nothing is said when there is nothing to say."""
    assert differences(fingerprint(), fingerprint()) == ()
    assert in_words("n1", ()) == ""


def test_every_difference_is_named_with_both_versions():
    """Another NumPy and a missing package; the user sees which side has what."""
    here = {"Python": "3.11.7", "numpy": "2.4.6", "pandas": "3.1.1"}
    there = {"Python": "3.11.2", "numpy": "2.3.0"}

    found = differences(there, here)

    assert found == ("numpy 2.3.0 there, 2.4.6 here", "pandas none there, 3.1.1 here")
    assert "n7" in in_words("n7", found)


def test_another_python_matters():
    """Pickled functions hold bytecode: 3.11 and 3.12 do not mix."""
    assert differences({"Python": "3.12.1"}, {"Python": "3.11.7"}) == ("Python 3.12.1 there, 3.11.7 here",)
