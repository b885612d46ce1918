"""What random programs are made of: data, aliases, helpers and classes that remember or not."""

from __future__ import annotations


def _cut(text: str) -> list[str]:
    """The pieces of a text that are separated by empty lines."""
    return text.strip("\n").split("\n\n")


DATA = """\
import math
import random
from collections import defaultdict
from functools import partial

import numpy as np

n = 6
a = [3, 1, 4, 1, 5, 9]
b = [2.5, 0.5, 7.25, 1.5, 3.0, 4.75]
u = [0] * 6
m = {rows}
d = {{"p": 1, "q": 2, "r": 3, "s": 4, "t": 5, "o": 6}}
e = {{}}
h = defaultdict(int)
groups = defaultdict(list)
s = {{1, 4}}
v = np.arange(8.0) + 1
z = np.arange(18.0).reshape(6, 3)
words = ["ab", "c", "def", "ab", "gh", "c"]
keys = list(d)
log = []
out = []
out2 = [7]
total, best, where, prev, count = 0, -1, None, 1, 0
text = ""
it = iter(a)
rng = random.Random(3)
"""
ROWS = [
    "[[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 7]]",
    "[[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 7]]",
    "[[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 7]]",
    "[[0] * 3] * 6",
    "[[1, 2, 3]] + [[4, 5, 6], [7, 8, 9]] * 3",
]
ALIASES = ["a", "a[:]", "list(a)", "u", "b", "a + [2]", "sorted(a)", "m[0] * 2", "b[:]"]
VIEWS = [
    "v",
    "v[:]",
    "v.copy()",
    "v[::-1]",
    "np.array(v)",
    "np.asarray(v)",
    "z[:, 0]",
    "z.ravel()[:6]",
    "v * 1",
    "v[1:7]",
    "v[2:]",
    "v[:6]",
    "np.flip(v)",
    "v.astype(float, copy=False)",
    "v[1:].copy()",
]
MATRICES = ["z", "z.copy()", "z[::-1]", "z + 0", "m"]
# {f} is the name it gets
PURE = _cut("""
def {f}(x):
    return x * 2 + 1

def {f}(x):
    y = 0
    for q in range(3):
        y += x * q
    return y

def {f}(x):
    if x > 3:
        return x - 1
    return math.sqrt(abs(x))

def {f}(x):
    mine = [x]
    mine.append(x + 1)
    return sum(mine)

{f} = lambda x: x + 3

def {f}(x, by=2):
    return x * by

def {f}(x):
    return x + n

def {f}(x):
    try:
        return 10 / x
    except ZeroDivisionError:
        return 0

def {f}(x, kept=(1, 2)):
    return x + kept[0]

def {f}(x):
    return max(x, a[0]) + len(keys)

def {f}(x):
    return random.Random(int(x)).random() + x
""")
IMPURE = _cut("""
def {f}(x):
    global count
    count += 1
    return x + count

def {f}(x):
    log.append(x)
    return len(log)

def {f}(x, kept=[]):
    kept.append(x)
    return x + len(kept)

def {f}(x):
    print(x)
    return x

def {f}(x):
    u[0] += 1
    return x + u[0]

def {f}(x):
    return x + random.randint(0, 3)

def {f}(x):
    return x + rng.randint(0, 3)

def {f}(x):
    return x + total

def {f}(x):
    return x + len(out)

def {f}(x):
    return x + next(it, 0)

def {f}_maker():
    held = 0
    def tick(x):
        nonlocal held
        held += 1
        return x + held
    return tick
{f} = {f}_maker()

def {f}(x):
    {f}.times = getattr({f}, 'times', 0) + 1
    return x + {f}.times

def {f}_base(store, x):
    store.append(x)
    return len(store)
{f} = partial({f}_base, log)

def {f}(x):
    v[0] = v[0] + x
    return float(v[0])

def {f}(x):
    d['p'] = x
    return d['q'] + x

def {f}(x, to=out2):
    to.append(x)
    return to[-1] + to[0]

def {f}(x):
    q = a
    q[0] = q[0] + 1
    return x + q[0]
""")
LIST_HELPERS = _cut("""
def ident(xs):
    return xs

def ident(xs):
    return list(xs)

def ident(xs):
    ys = xs
    return ys

def ident(xs):
    xs[0] = xs[0] + 1
    return xs

def ident(xs):
    return xs if len(xs) > 2 else []

def ident(xs):
    xs = list(xs)
    xs[0] = 5
    return xs
""")
CLASSES = _cut("""
class Thing:
    def __init__(self, by):
        self.by = by
    def go(self, x):
        return x * self.by
    @property
    def size(self):
        return self.by

class Thing:
    def __init__(self, by):
        self.by = by
    def go(self, x):
        self.by += 1
        return x * self.by
    @property
    def size(self):
        return self.by

class Thing:
    def __init__(self, by):
        self.by = by
    def go(self, x):
        return x + self.by
    @property
    def size(self):
        self.by += 1
        return self.by

class Thing:
    made = []
    def __init__(self, by):
        self.by = by
        Thing.made.append(by)
    def go(self, x):
        return x + len(Thing.made)
    size = 3

class Thing:
    def __init__(self, by):
        self.by = [by]
    def go(self, x):
        q = self.by
        q.append(x)
        return len(q)
    @property
    def size(self):
        return self.by[0]
""")
SHADOWS = _cut("""
def sum(xs):
    log.append(1)
    return len_(log)
len_ = len

def max(x, y):
    log.append(x)
    return log[-1] + log[0]

len_ = len
def len(xs):
    global count
    count += 1
    return count

def abs(x):
    u[1] = u[1] + 1
    return u[1]

def sorted(xs):
    xs.reverse()
    return xs

def int(x):
    log.append(x)
    return x // 1 + log[0]

class list(list):
    pass

def sum(xs):
    return 3

def range(*k):
    log.append(k)
    return [0, 1, 2, 3]
""")
