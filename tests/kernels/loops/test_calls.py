"""Calls: what functions, methods, classes and libraries do to an iteration."""

from __future__ import annotations

from tests.kernels.loops.marks import check


def test_functions_of_the_user_are_looked_through():
    """Pure ones may run anywhere, over cells and before they are defined inside of functions; others hold."""
    check("""
        log, count = [], 0
        def pure(x):
            y = [x]
            y.append(x)
            return sum(y)
        def fact(n):
            return 1 if n < 2 else n * fact(n - 1)
        def noisy(x):
            print(x)
            return x
        def remembers(x):
            log.append(x)
            return len(log)
        def counts(x):
            global count
            count += 1
            return x
        def default(x, seen=[]):
            seen.append(x)
            return len(seen)
        def first(x):
            return later(x)
        # %%
        def later(x):
            return x + 1
        xs = [1, 2]
        a = [pure(x) for x in xs]  # may
        b = [fact(x) for x in xs]  # may
        c = [first(x) for x in xs]  # may
        d = [noisy(x) for x in xs]  # not: output
        e = [remembers(x) for x in xs]  # not: global-state
        f = [counts(x) for x in xs]  # not: global-state
        g = [default(x) for x in xs]  # not: mutable-default
        h = [nowhere(x) for x in xs]  # not: unknown-call
    """)


def test_what_a_function_changes_is_what_it_was_given():
    """Changing this iteration's own element is fine, changing one object over and over is not."""
    check("""
        rows, one = [[1, 2], [3, 4]], [1, 2]
        def double(row):
            for i in range(len(row)):  # may
                row[i] = row[i] * 2
        for row in rows:  # may
            double(row)
        for k in range(2):  # not: stateful-call
            double(one)
        for k in range(2):  # may
            mine = [k, k]
            double(mine)
        def fill(out, i):
            out[i] = i
        for i in range(2):  # may
            fill(one, i)
        def same(xs):
            return xs
        for i in range(1, 3):  # not: recurrence
            same(one)[i] = one[i - 1]
    """)


def test_functions_that_come_as_arguments():
    """The calls in the same cells tell what a parameter may be; without any, nothing is known."""
    check("""
        def each(f, xs):
            return [f(x) for x in xs]  # may
        each(abs, [1])
        each(lambda x: x + 1, [2])
        def any_of(f, xs):
            return [f(x) for x in xs]  # not: unknown-call
        from functools import partial
        store = []
        def put(where, x):
            where.append(x)
        keep, cube = partial(put, store), partial(pow, 3)
        a = [keep(x) for x in range(3)]  # not: stateful-call
        b = [cube(x) for x in range(3)]  # may
        push = store.append
        for x in range(3):  # may: append
            push(x)
        take = [1, 2, 3].pop
        c = [take() for x in range(3)]  # not
        d = [sorted([x, 1], key=lambda v: -v) for x in range(3)]  # may
        e = [sorted([x, 1], key=store.append) for x in range(3)]  # not
    """)


def test_decorators():
    """A cache is harmless, a wrapper is looked through, an unknown decorator holds."""
    check("""
        import functools
        calls = []
        def counted(f):
            def inner(x):
                calls.append(x)
                return f(x)
            return inner
        def checked(f):
            def inner(x):
                return f(x) if x > 0 else 0
            return inner
        @functools.lru_cache
        def a(x): return x
        @counted
        def b(x): return x
        @checked
        def c(x): return x
        @somewhere.register
        def d(x): return x
        xs = [1, 2]
        ra = [a(x) for x in xs]  # may
        rb = [b(x) for x in xs]  # not: global-state
        rc = [c(x) for x in xs]  # may
        rd = [d(x) for x in xs]  # not: unknown-call
    """)


def test_objects_that_remember():
    """Methods, properties, operators and class attributes that keep state hold a loop."""
    check("""
        class Meter:
            made = 0
            log = []
            def __init__(self):
                self.n = 0
                self.mine = []
            def add(self, x):
                self.n += x
                return self.n
            def look(self, x):
                return self.n + x
            @property
            def tick(self):
                self.n += 1
                return self.n
            def note(self, x):
                self.log.append(x)
                return len(self.log)
            def own(self, x):
                self.mine.append(x)
                return len(self.mine)
            def __lt__(self, other):
                self.n += 1
                return True
        class Counted:
            made = 0
            def __init__(self):
                Counted.made += 1
        m, xs = Meter(), [1, 2]
        a = [m.look(x) for x in xs]  # may
        b = [m.add(x) for x in xs]  # not: stateful-call
        c = [m.tick for x in xs]  # not: stateful-call
        d = [Meter().own(x) for x in xs]  # may
        e = [Meter().note(x) for x in xs]  # not: global-state
        f = [m < m for x in xs]  # not: operator
        g = [Counted() for x in xs]  # not: global-state
        h = [Meter() for x in xs]  # may
        for one in h:  # may
            one.add(1)
        for x in xs:  # not
            m.n = m.n * 2 + x
    """)


def test_randomness_needs_a_state_of_its_own():
    """One generator for all iterations holds; one per iteration, seeded, does not."""
    check("""
        import random
        import numpy as np
        from sklearn.ensemble import RandomForestClassifier
        rng, out = np.random.default_rng(1), []
        def walk(rng):
            return rng.normal()
        for i in range(3):  # not: shared-random-state
            out.append(rng.normal())
        for i in range(3):  # not: shared-random-state
            out.append(walk(rng))
        for i in range(3):  # not: shared-random-state
            out.append(np.random.rand() + random.random())
        for i in range(3):  # may: append
            out.append(walk(np.random.default_rng(i)))
        for i in range(3):  # not: shared-random-state
            out.append(walk(np.random.default_rng()))
        for i in range(3):  # may: append
            out.append(RandomForestClassifier(random_state=i))
        for i in range(3):  # not: shared-random-state
            out.append(RandomForestClassifier())
    """)


def test_the_world_outside():
    """Printing, drawing, writing files, clocks, the network and processes hold; reading files does not."""
    check("""
        import os, time, json, subprocess, requests
        from datetime import datetime
        import matplotlib.pyplot as plt
        import pandas as pd
        out, fig = [], plt.figure()
        for p in ["a", "b"]:  # not: output
            print(p)
        for p in ["a", "b"]:  # not: plotting
            plt.plot([1])
        for p in ["a", "b"]:  # not: file-output
            with open(p, "w") as f:
                f.write(p)
        for p in ["a", "b"]:  # not: file-output
            pd.DataFrame().to_csv(p)
        for p in ["a", "b"]:  # not: clock
            out.append(datetime.now())
        for p in ["a", "b"]:  # not: network
            out.append(requests.get(p))
        for p in ["a", "b"]:  # not: process
            subprocess.run(p)
        for p in ["a", "b"]:  # not: environment
            out.append(os.environ[p])
        for p in ["a", "b"]:  # not: dynamic-code
            out.append(eval(p))
        for p in ["a", "b"]:  # not: identity
            out.append(hash(p))
        for p in ["a", "b"]:  # may: append
            with open(os.path.join(p, "x")) as f:
                out.append(json.load(f))
        for p in ["a", "b"]:  # may: append
            time.sleep(0.1)
            out.append(pd.read_csv(p))
    """)


def test_a_model_of_its_own_is_fitted_freely():
    """``fit`` changes its object: a new one each time is fine, one for all is not."""
    check("""
        from sklearn.linear_model import Ridge
        from sklearn.base import clone
        X, y, scores, shared = [[1]], [1], [], Ridge()
        for a in [1, 2]:  # may: append
            model = Ridge(alpha=a).fit(X, y)
            scores.append(model.score(X, y))
        for a in [1, 2]:  # may: append
            model = clone(shared)
            model.fit(X, y)
            scores.append(model.predict(X))
        for a in [1, 2]:  # not: in-place-change
            shared.fit(X, y)
            scores.append(shared.score(X, y))
        for a in [1, 2]:  # may: append
            scores.append(shared.predict(X))
    """)


def test_what_is_patched_is_no_longer_known():
    """After ``math.sqrt = mine`` or ``Class.go = mine`` the tables and the class say nothing."""
    check("""
        import math
        seen, xs = [], [1, 2]
        class Walker:
            def go(self, x):
                return x
        def mine(x):
            seen.append(x)
            return x
        w = Walker()
        math.sqrt = mine
        Walker.go = mine
        a = [math.sqrt(x) for x in xs]  # not: unknown-call
        b = [w.go(x) for x in xs]  # not: unknown-call
        c = [math.exp(x) for x in xs]  # may
    """)


def test_results_that_are_written_through_an_argument():
    """``out=``, also by position, ``inplace=True`` and ``copy=False``."""
    check("""
        import numpy as np
        import pandas as pd
        a, df = np.zeros(9), pd.DataFrame()
        same = np.array(a, copy=False)
        for i in range(3):  # not
            np.multiply(a, i, out=a)
        for i in range(3):  # not
            np.multiply(a, i, a)
        for i in range(3):  # not
            df.fillna(i, inplace=True)
        for i in range(1, 3):  # not
            same[i] = a[i - 1]
    """)


def test_a_default_that_looks_around():
    """``defaultdict(lambda: len(d))`` numbers keys in the order in which they are met."""
    check("""
        from collections import defaultdict
        words, d, plain = ["a", "b"], defaultdict(lambda: len(d)), defaultdict(lambda: defaultdict(int))
        a = [d[w] for w in words]  # not
        for w in words:  # may: histogram
            plain[w][w] += 1
    """)


def test_open_files_and_sessions_belong_to_this_process():
    """What came from the network, a plot or an open file is not copied to a worker."""
    check("""
        import requests
        import pandas as pd
        import matplotlib.pyplot as plt
        out, session, files = [], requests.Session(), [open(p) for p in ["a"]]  # may
        figure, axes = plt.subplots(2)
        for x in [1, 2]:  # not
            out.append(session.get(x))
        for f in files:  # not
            f.close()
        for ax in axes:  # not: plotting
            ax.plot([1])
        for chunk in pd.read_csv("x", chunksize=9):  # not: one-shot-iterator
            out.append(chunk)
    """)


def test_a_method_that_fills_its_object_is_stateful():
    """A cache in an object is state even if each key comes once."""
    check("""
        class Cache:
            def __init__(self):
                self.store = {}
            def get(self, k):
                if k not in self.store:
                    self.store[k] = k * 2
                return self.store[k]
        cache = Cache()
        a = [cache.get(x) for x in [1, 2]]  # not: stateful-call
    """)


def test_a_method_may_be_that_of_a_class_that_builds_on_this_one():
    """``self.model()`` runs what the heirs say; a method that only raises is a promise of unknown code."""
    check("""
        import random
        class Test:
            def run(self, n):
                return [self.model() for _ in range(n)]  # not: unknown-call
            def model(self):
                raise NotImplementedError
        class Coins:
            def run(self, n):
                return [self.flip() for _ in range(n)]  # not: shared-random-state
            def flip(self):
                return 1
        class Fair(Coins):
            def flip(self):
                return random.random()
        class Fixed:
            def run(self, n):
                return [self.flip() for _ in range(n)]  # may
            def flip(self):
                return 1
    """)


def test_builtins_run_operators_of_elements():
    """``min`` compares what is in the list; an object that goes away may say so."""
    check("""
        class Watched:
            compared = []
            def __init__(self, v):
                self.v = v
            def __lt__(self, other):
                Watched.compared.append(self.v)
                return self.v < other.v
        class Leaving:
            def __del__(self):
                print("leaves")
        watched = [Watched(3), Watched(1)]
        a = [min(watched).v for _ in range(3)]  # not: operator
        b = [sorted(watched) for _ in range(3)]  # not: operator
        c = [Leaving() for _ in range(3)]  # not: operator
        table = [[1, 2, 3], [4, 5, 6]]
        for row in table:  # not: recurrence
            for k in range(2):  # not: recurrence
                row[k + 1] = table[0][k] + 2
    """)


def test_what_is_in_a_field_is_what_was_put_there():
    """Elements that unknown code made, or that nobody is seen to put in, may do anything when called."""
    check("""
        from dataclasses import dataclass, field
        from elsewhere import make
        class Pool:
            def __init__(self):
                self.threads, self.count = [], 0
                self.listed: list = []
                self.others = set()
                self.groups, self.zero = {}, 0
                self.keys = {}
                self.never = []
                self.later = None
                self.numbers = []
            def fill(self, k):
                self.threads.append(make())
                self.listed.extend([make(), make()])
                self.others.add(make())
                self.groups.setdefault(k, []).append(make())
                self.keys[make()] = k
                self.numbers.append(k * 2.0)
            def go(self):
                for one in self.threads:  # not: unknown-call
                    one.start()
                for one in self.listed:  # not: unknown-call
                    one.start()
                for one in self.others:  # not: unknown-call
                    one.start()
                for group in self.groups.values():  # not: unknown-call
                    for one in group:  # not: unknown-call
                        one.start()
                for one in self.keys:  # not: unknown-call
                    one.start()
                for one in self.never:  # not: unknown-call
                    one.start()
                for _ in range(3):  # not: unknown-call
                    self.later.start()
                return [abs(one) for one in self.numbers]  # may
        @dataclass
        class Bag:
            held: list = field(default_factory=list)
            def fill(self):
                self.held.append(make())
            def go(self):
                for one in self.held:  # not: unknown-call
                    one.start()
        def run(pool):
            for one in pool.threads:  # not: unknown-call
                one.start()
        class Shared:
            all_of_them = []
            def add(self, x):
                self.all_of_them.append(make)
                return len(self.all_of_them)
        shared = [Shared(), Shared()]
        a = [one.add(1) for one in shared]  # not
    """)


def test_what_is_in_a_list_may_be_put_there_out_of_sight():
    """A list that is empty as far as can be seen is filled under another name, or by a function."""
    check("""
        from elsewhere import make
        def fill(into):
            into.append(make())
        waiting = []
        fill(waiting)
        for one in waiting:  # not: unknown-call
            one.start()
        first = []
        second = first
        second.append(make())
        for one in first:  # not: unknown-call
            one.start()
        many = []
        many.extend([make(), make()])
        for one in many:  # not: unknown-call
            one.start()
        groups = {}
        for k in [1, 2, 1]:  # may
            groups.setdefault(k, []).append(k)
        sums = [sum(one) for one in groups.values()]  # may
        named = {}
        named[make()] = 1
        for one in named:  # not: unknown-call
            one.start()
        shown = {make(): 1}
        for one, _ in shown.items():  # not: unknown-call
            one.start()
        letters = {}
        letters["a"] = 1
        b = [one.upper() for one in letters]  # may
        more = []
        more += [1, 2]
        a = [one + 1 for one in more]  # may
    """)


def test_a_class_in_an_annotation_proves_nothing():
    """A method that only stands for those of other classes is unknown code; one that computes is read."""
    check("""
        from abc import abstractmethod
        class Shape:
            def area(self): ...
            def tell(self):
                'Say.'
                raise NotImplementedError
            @property
            def weight(self):
                pass
            @abstractmethod
            def cost(self):
                return 3
            def all_costs(self):
                return [self.cost() for _ in range(3)]  # not: unknown-call
            def double(self, x):
                return x * 2
        def run(shapes: list[Shape]):
            a = [one.area() for one in shapes]  # not: unknown-call
            b = [one.tell() for one in shapes]  # not: unknown-call
            c = [one.weight for one in shapes]  # not: unknown-call
            d = [one.cost() for one in shapes]  # not: unknown-call
            return [one.double(2) for one in shapes]  # may
    """)


def test_keys_are_hashed_and_compared():
    """A class whose ``__hash__`` or ``__eq__`` remembers is no key of parallel turns; an honest one is."""
    check("""
        class Counted:
            asked = 0
            def __init__(self, v):
                self.v = v
            def __hash__(self):
                Counted.asked += 1
                return Counted.asked
            def __eq__(self, other):
                return True
        keys = [Counted(1), Counted(2)]
        found, seen = {}, set()
        for one in keys:  # not: operator
            found[one] = 1
        for one in keys:  # not: operator
            found[one, 1] = 1
        for one in keys:  # not: operator
            seen.add(one)
        a = {one for one in keys}  # not: operator
        b = {one: 1 for one in keys}  # not: operator
        c = [one in found for one in keys]  # not: operator
        d = [found.get(one) for one in keys]  # not: operator
        e = [len({one, 1}) for one in keys]  # not: operator
        f = [{one: 1} for one in keys]  # not: operator
        g = [len(set(keys)) for _ in range(3)]  # not: operator
    """)
    check("""
        class Point:
            def __init__(self, v):
                self.v = v
            def __hash__(self):
                return hash(self.v)
            def __eq__(self, other):
                return vars(self) == vars(other)
        points = [Point(1), Point(2)]
        a = {one: 1 for one in points}  # may
        b = [one in a for one in points]  # may
        for one in points:  # may
            a[one] = 2
    """)


def test_shuffling_changes_what_is_shuffled():
    """A random state of the iteration's own moves elements of a list that all share, or of its own."""
    check("""
        import random
        import numpy as np
        cards, out = [1, 2, 3], []
        for seed in range(8):  # not
            random.Random(seed).shuffle(cards)
            out.append(cards[0])
        for seed in range(8):  # not
            np.random.default_rng(seed).shuffle(cards)
            out.append(cards[0])
        for seed in range(8):  # may
            mine = list(cards)
            random.Random(seed).shuffle(mine)
            out.append(mine[0])
    """)
