"""Live facts make a static verdict sharper."""

from __future__ import annotations

from funicular.loops.facts import Fact, KnownFacts
from tests.kernels.loops.marks import check


def test_names_that_share_memory_are_one_object():
    """Without facts two unknown names are taken for two objects; a kernel may know better."""
    text = """
        for i in range(1, 9):  # {}
            a[i] = b[i - 1]
    """
    facts = {"a": Fact("array"), "b": Fact("array")}

    check(text.format("may"))
    check(text.format("may"), KnownFacts(facts))
    check(text.format("not: aliasing"), KnownFacts(facts, frozenset({frozenset({"a", "b"})})))


def test_a_kind_that_is_known_decides_what_a_loop_walks_over():
    """An unknown name is taken for data; if it is an iterator, the loop is held."""
    text = """
        out = []
        for x in source:  # {}
            out.append(x)
    """

    check(text.format("may"))
    check(text.format("may"), KnownFacts({"source": Fact("list")}))
    check(text.format("not: one-shot-iterator"), KnownFacts({"source": Fact("iterator")}))
