"""Which names belong to an iteration, and which bring something from the one before."""

from __future__ import annotations

from tests.kernels.loops.marks import check


def test_a_name_that_is_written_before_it_is_read_belongs_to_the_iteration():
    """On every way through the body: both branches, after ``continue``, in ``try``."""
    check("""
        xs, out = [1, 2], []
        for x in xs:  # may: append
            if x > 1:
                y = 1
            else:
                y = 2
            out.append(y)
        for x in xs:  # may: filter-append
            if x > 1:
                continue
            y = x
            out.append(y) if y else None
        for x in xs:  # may: append
            try:
                y = 1 / x
            except ZeroDivisionError:
                y = 0
            out.append(y)
        for x in xs:  # may: append
            n = x
            while n > 1:
                n = n // 2
            out.append(n)
        for x in xs:  # may: append
            if x < 0:
                raise ValueError(x)
            out.append(x)
    """)


def test_a_name_that_may_come_from_before_is_carried():
    """One way on which it is not written is enough."""
    check("""
        xs, out, prev = [1, 2], [], 0
        for x in xs:  # not: recurrence
            if x > 1:
                y = 1
            out.append(y)
        for x in xs:  # not: recurrence
            try:
                y = 1 / x
            except ZeroDivisionError:
                pass
            out.append(y)
        for x in xs:  # not: recurrence
            out.append(x - prev)
            prev = x
        for x in xs:  # not: recurrence
            for k in range(x):  # may
                z = k
            out.append(z)
        a, b = 0, 1
        for _ in range(5):  # not: time-stepping
            a, b = b, a + b
        tmp = []
        for x in xs:  # not
            tmp.append(x)
            if len(tmp) > 1:
                tmp = []
    """)


def test_loops_that_are_left_early_are_held():
    """``break``, ``return``, ``yield``, ``await`` in the body; an inner ``break`` is its own affair."""
    check("""
        xs = [1, 2]
        for x in xs:  # not: search
            if x > 1:
                break
        def find(xs):
            for x in xs:  # not: early-return
                if x > 1:
                    return x
        def give(xs):
            for x in xs:  # not: yield
                yield x
        async def wait(xs):
            async for x in xs:  # not: await
                pass
            for x in xs:  # not: await
                await x
        out = []
        for x in xs:  # may: nested
            for k in range(9):  # not: search
                if k > x:
                    break
            out.append(x)
    """)


def test_last_values_and_flags_are_fine():
    """What is only written, the last one wins, in order."""
    check("""
        found, last = False, None
        for x in [1, 2]:  # may
            if x > 1:
                found = True
            last = x
    """)


def test_context_managers_that_are_not_known_hold():
    """``np.errstate`` and files for reading are known, a lock is not."""
    check("""
        import numpy as np
        out = []
        for x in [1, 2]:  # may
            with np.errstate(all="ignore"):
                out.append(np.log(x))
        for x in [1, 2]:  # not
            with lock:
                out.append(x)
    """)


def test_a_class_statement_runs_code():
    """Bases and metaclasses may register the class, and its body runs; a plain class is harmless."""
    check("""
        from elsewhere import Thing
        class Base:
            known = []
            def __init_subclass__(cls):
                Base.known.append(cls)
        class Plain:
            pass
        class Meta(type):
            def __init__(cls, *rest):
                print(rest)
        made = []
        for i in range(3):  # not: operator
            class A(Base):
                pass
        for i in range(3):  # not: unknown-call
            class B(Thing):
                pass
        for i in range(3):  # not: unknown-call
            class C(metaclass=Meta):
                pass
        for i in range(3):  # not: unknown-call
            class D:
                print(i)
        for i in range(3):  # not: unknown-call
            made.append(type("E", (Thing,), {}))
        for i in range(3):  # may
            class F(Plain):
                size = 2
                def get(self):
                    return self.size
            made.append(F)
    """)


def test_a_name_that_takes_what_earlier_turns_counted_is_held() -> None:
    """The name is left with what all turns before put there, however it is taken."""
    check(
        """
        from collections import defaultdict
        a = [3, 1, 4, 1, 5]
        h, g = defaultdict(int), {}
        for x in a:                           # not: recurrence
            h[x % 3] += 1
            t = h[1]
        for x in a:                           # not: recurrence
            g[x % 3] = g.get(x % 3, 0) + 1
            t = (g[1], x)
        """
    )


def test_a_name_for_what_only_this_turn_changes_may() -> None:
    """What changes inside an object leaves it the same object."""
    check(
        """
        rows = [{"v": i} for i in range(5)]  # may: comprehension
        for i in range(5):  # may: dict
            r = rows[i]
            r["w"] = r["v"] * 2
        """
    )


def test_the_rest_of_a_mapping_is_bound_as_other_names_are() -> None:
    """``case {"a": x, **rest}`` binds ``rest``; read before it, it is the one of the turn before."""
    check(
        """
        records = [{"a": 1, "b": 2}, {"a": 3, "c": 4}]
        rest, out = {}, []
        for record in records:  # not: recurrence
            out.append(len(rest))
            match record:
                case {"a": x, **rest}:
                    pass
        """
    )
