"""Values and aliases: which objects an expression may be."""

from __future__ import annotations

from funicular.loops import judge
from funicular.loops.displays import Displays
from tests.kernels.loops.marks import check


def test_two_names_for_one_object():
    """An alias, a view, a slice, a holder: what is written through one is read through the other."""
    check("""
        import numpy as np
        a = np.zeros(9)
        b, view, flat, tail, copy = a, a[2:], a.reshape(3, 3), a[1:], a[1:].copy()
        held = {"x": a}
        for i in range(1, 7):  # not: recurrence
            a[i] = b[i - 1]
        for i in range(7):  # not
            view[i] = a[i]
        for i in range(7):  # not: aliasing
            a[i] = flat[0, 0]
        for i in range(1, 7):  # may
            a[i] = copy[i - 1]
        for i in range(1, 7):  # not
            held["x"][i] = a[i - 1]
        rows, shared = [[0] * 3 for _ in range(3)], [[0] * 3] * 3  # may
        for i in range(3):  # may
            for j in range(3):  # may
                rows[i][j] = i * j
        for i in range(3):  # not: same-slot
            for j in range(3):  # may
                shared[i][j] = i * j
        shallow = list(rows)
        for i in range(1, 3):  # not
            shallow[i][0] = rows[i - 1][0]
    """)


def test_parameters_are_distinct_unless_a_call_says_otherwise():
    """``f(x, x)`` in the same cells makes two parameters one object."""
    check("""
        def apart(p, q):
            for i in range(1, 3):  # may
                p[i] = q[i - 1]
        def together(p, q):
            for i in range(1, 3):  # not: aliasing
                p[i] = q[i - 1]
        xs = [1, 2, 3]
        apart(xs, [4, 5, 6])
        together(xs, xs)
        def inside(p):
            for i in range(1, 3):  # not: aliasing
                p[i] = xs[i - 1]
        inside(xs)
    """)


def test_elements_differ_but_what_they_refer_to_need_not():
    """Each element may be changed by its own iteration; an account that two of them refer to may not."""
    check("""
        class Account:
            def __init__(self):
                self.balance = 0
        class Payment:
            def __init__(self, account, amount):
                self.account = account
                self.amount = amount
        one = Account()
        payments = [Payment(one, 1), Payment(one, 2)]
        for p in payments:  # not: recurrence
            p.account.balance = p.account.balance * 1.1 + p.amount
        for p in payments:  # may
            p.fee = p.amount * 0.1
        twice = [one, one]
        for a in twice:  # not
            a.balance = a.balance * 2
        class Particle:
            def __init__(self, x):
                self.pos = [x, 0.0]
        for p in [Particle(1), Particle(2)]:  # may
            p.pos[0] = p.pos[0] * 2
        rows = [{"a": 1}, {"a": 2}]
        for r in rows:  # may
            r["b"] = r["a"] * 2
    """)


def test_an_object_of_this_turn_is_not_that_of_the_turn_before():
    """Two arrays of a time step, made at the same place in turn, are two."""
    check("""
        import numpy as np
        n = 9
        u = np.zeros(n)
        for step in range(5):  # not
            new = u.copy()
            for i in range(1, n - 1):  # may
                new[i] = u[i] + 0.1 * (u[i - 1] - 2 * u[i] + u[i + 1])
            u = new
    """)


def test_a_function_that_is_kept_sees_later_values():
    """A lambda stored for later looks the loop variable up when it is called."""
    check("""
        kept = []
        for i in range(3):  # not: late-binding
            kept.append(lambda x: x + i)
        for i in range(3):  # may: append
            add = lambda x: x + i
            kept.append(add(1))
        for i in range(3):  # not: lazy-generator
            kept.append(k * i for k in range(3))  # not
    """)


def test_an_object_made_before_is_not_made_anew():
    """Appending one buffer again and again keeps one buffer."""
    check("""
        import numpy as np
        buffer, out = np.zeros(3), []
        for i in range(3):  # not
            buffer[0] = i
            out.append(buffer)
        for i in range(3):  # may: append
            fresh = np.zeros(3)
            fresh[0] = i
            out.append(fresh)
    """)


def test_an_update_in_place_goes_through_a_private_list():
    """``rows = list(z); rows[0] += 1`` changes ``z``, and the next iteration sees it."""
    check("""
        import numpy as np
        z = np.zeros((3, 3))
        for i in range(3):  # not
            rows = list(z)
            rows[0] += 1
        for i in range(3):  # not
            row = z[0]
            row += i
        for i in range(3):  # may
            row = z[i]
            row += i
        for i in range(3):  # may
            rows = [0, 0]
            rows[0] += i
    """)


def test_an_expression_that_is_not_known_is_held(monkeypatch):
    """What a later Python brings is not understood: the loop stays in order."""
    loop = "for x in [1, 2]:\n    print if {x} else 0"

    assert judge([loop])[0].parallel

    monkeypatch.delattr(Displays, "_Set")

    assert judge([loop])[0].reason == "unknown-statement"
