# Near-misses: the same code twice, where one detail decides.

# === shadowed-sum: a function of one's own under a well-known name
calls = []


def sum(values):
    calls.append(len(calls))
    return calls[-1]


rows = [[1, 2], [3, 4], [5, 6]]
totals = []
for row in rows:  # not: shadowed
    totals.append(sum(row))

largest = []
for row in rows:  # may: append
    largest.append(max(row))

# === shadowed-len: a name that is bound again further down
words = ["one", "three", "fifteen"]
sizes = []
for word in words:  # may: append
    sizes.append(len(word))

log = []
len = log.append
for word in words:  # not: shadowed
    len(word)
    sizes.append(str(log))

# === shadowed-sorted: an instance that is called like a builtin
class Remember:
    def __init__(self):
        self.seen = []

    def __call__(self, values):
        self.seen += values
        return list(self.seen)


rows = [[3, 1], [2, 5], [9, 4]]
ordered = []
for row in rows:  # may: append
    ordered.append(sorted(row))

sorted = Remember()
for row in rows:  # not: shadowed
    ordered.append(sorted(row))

# === shadowed-range: what is walked is not what it seems
def range(n):
    print("walking", n)
    return [0] * n


out = []
for k in range(3):  # may: append
    out.append(k * 2)

marks = []
for k in [1, 2, 3]:  # not: output
    marks.append(range(k))

# === shadowed-append: a list with an append of its own
class Numbered(list):
    def append(self, value):
        super().append((self.__len__(), value))


plain, numbered = [], Numbered()
for v in "abc":  # may: append
    plain.append(v)

for v in "abc":  # not: class-state
    numbered.append(v)

# === shadowed-print: print that does nothing, say that prints
def nothing(*_):
    return None


kept = []
say = print
for k in range(3):  # not: output
    say(k)

for k in range(3):  # may: append
    nothing(k)
    kept.append(k)

# === shadowed-math: a module and an object with its name
import math


class Drifting:
    def __init__(self):
        self.drift = 0

    def sqrt(self, x):
        self.drift += 1
        return x**0.5 + self.drift


xs = [1.0, 4.0, 9.0]
roots = [math.sqrt(x) for x in xs]  # may: comprehension
math = Drifting()
roots2 = [math.sqrt(x) for x in xs]  # not: shadowed

# === random-aliases: three doors to one random state
import random as rnd
from random import random as draw

import numpy as np
from numpy import random as npr

a = [draw() for _ in range(4)]  # not: random-state
b = [rnd.gauss(0, 1) for _ in range(4)]  # not: random-state
c = [npr.rand() for _ in range(4)]  # not: random-state
d = [npr.default_rng(k).random() for k in range(4)]  # may: comprehension
e = [rnd.Random(k).random() for k in range(4)]  # may: comprehension


def noisy(x):
    return x + draw()


def quiet(x, seed):
    return x + rnd.Random(seed).random()


f = []
for k in range(4):  # not: random-state
    f.append(noisy(k))

g = []
for k in range(4):  # may: append
    g.append(quiet(k, k))

fixed = np.random.default_rng(0).random(4)
h = []
for k in range(4):  # may: append
    h.append(fixed[k] * 2)

# === mutable-defaults: one letter more
def add(x, kept=[]):
    kept.append(x)
    return sum(kept)


def add_fresh(x, kept=None):
    kept = []
    kept.append(x)
    return sum(kept)


def look(x, kept=[10]):
    return x + kept[0]


a, b, c = [], [], []
for x in range(4):  # not: mutable-default
    a.append(add(x))

for x in range(4):  # may: append
    b.append(add_fresh(x))

for x in range(4):  # may: append
    c.append(look(x))

for x in range(4):  # may: append
    c.append(add(x, []))

# === global-counters: functions with and without `global`
count = 0


def step(x):
    global count
    count += 1
    return x * count


def local_step(x):
    count = 1
    return x * count


def reads(x):
    return x + count


a, b, c = [], [], []
for x in range(1, 5):  # not: global-state
    a.append(step(x))

for x in range(1, 5):  # may: append
    b.append(local_step(x))

for x in range(1, 5):  # may: append
    c.append(reads(x))

for x in range(1, 5):  # not: reads-total
    count += x
    c.append(reads(x))

# === closures: a function that keeps, a function that does not
def counter():
    n = 0

    def tick(x):
        nonlocal n
        n += 1
        return n * x

    return tick


def scaler(factor):
    def scale(x):
        return factor * x

    return scale


tick, scale = counter(), scaler(3)
a = []
for x in (2, 4, 6):  # not: global-state
    a.append(tick(x))

b = []
for x in (2, 4, 6):  # may: append
    b.append(scale(x))

c = []
for x in (2, 4, 6):  # may: append
    own = counter()
    c.append(own(x))

# === attributes-of-functions: a function with a memory on itself
def ask(x):
    ask.times = getattr(ask, "times", 0) + 1
    return x + ask.times


def tell(x):
    return x + limit


limit = 10
a = [ask(x) for x in range(3)]  # not: stateful-call
b = [tell(x) for x in range(3)]  # may: comprehension

# === decorators: a decorator that counts, one that only checks
def counted(f):
    calls = []

    def inner(x):
        calls.append(x)
        return f(x) + len(calls)

    return inner


def checked(f):
    def inner(x):
        if x < 0:
            return 0
        return f(x)

    return inner


@counted
def double(x):
    return 2 * x


@checked
def triple(x):
    return 3 * x


a = []
for x in range(3):  # not: stateful-call
    a.append(double(x))

b = []
for x in range(-1, 3):  # may: append
    b.append(triple(x))

# === properties: an attribute that is a call
class Plain:
    def __init__(self):
        self.value = 1


class Ticket:
    def __init__(self):
        self.last = 0

    @property
    def value(self):
        self.last += 1
        return self.last


class Half:
    def __init__(self, whole):
        self.whole = whole

    @property
    def value(self):
        return self.whole / 2


plain, ticket, half = Plain(), Ticket(), Half(9)
a = [plain.value + k for k in range(3)]  # may: comprehension
b = [ticket.value + k for k in range(3)]  # not: class-state
c = [half.value + k for k in range(3)]  # may: comprehension

# === operators: `+` that remembers
class Total:
    seen = []

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        Total.seen.append(other)
        return Total(self.value + other)


class Money:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Money(self.value + other)


start, coins = Total(5), Money(5)
a = []
for k in range(3):  # not: class-state
    a.append((start + k).value + len(Total.seen))

b = []
for k in range(3):  # may: append
    b.append((coins + k).value)

# === getitem: an index that remembers, a container that does not
class Cached:
    def __init__(self):
        self.hits = 0

    def __getitem__(self, key):
        self.hits += 1
        return key * self.hits


cached, ready = Cached(), {1: 10, 2: 20, 3: 30}
a = []
for k in (1, 2, 3):  # not: class-state
    a.append(cached[k])

b = []
for k in (1, 2, 3):  # may: append
    b.append(ready[k])

# === class-attributes: numbering instances, and numbering by the loop
class Ticketed:
    number = 0

    def __init__(self, name):
        Ticketed.number += 1
        self.name = f"{name}-{Ticketed.number}"


class Named:
    def __init__(self, name, number):
        self.name = f"{name}-{number}"


a = []
for name in "xyz":  # not: class-state
    a.append(Ticketed(name).name)

b = []
for n, name in enumerate("xyz"):  # may: append
    b.append(Named(name, n).name)

# === iterators: zip of a list with itself, zip of an iterator with itself
flat = [1, 2, 3, 4, 5, 6]
pairs = []
for a, b in zip(flat[::2], flat[1::2]):  # may: append
    pairs.append(a * b)

it = iter(flat)
pairs2 = []
for a in it:  # not: one-shot
    pairs2.append(a * next(it))

squares = map(lambda v: v * v, flat)
s = []
for q in squares:  # not: one-shot
    s.append(q)

squares2 = list(map(lambda v: v * v, flat))
s2 = []
for q in squares2:  # may: append
    s2.append(q)

numbers = reversed(flat)
s3 = []
for q in numbers:  # not: one-shot
    s3.append(q + next(numbers, 0))

source = iter("abcdef")
s4 = []
for k in range(3):  # not: one-shot
    s4.append(next(source))

letters = "abcdef"
s5 = []
for k in range(3):  # may: append
    s5.append(letters[k])

# === growing: the list that is walked, and a copy of it
todo = [4, 2]
for n in todo:  # not: grows
    if n > 1:
        todo.append(n // 2)

todo2 = [4, 2]
for n in list(todo2):  # may: filter-append
    if n > 1:
        todo2.append(n // 2)

items = [1, 2, 3, 4]
for x in items:  # not: grows
    if x % 2:
        items.remove(x)

items2 = [1, 2, 3, 4]
odd = []
for x in items2:  # may: filter-append
    if x % 2:
        odd.append(x)

# === offsets: one index apart
a = [float(k * k) for k in range(8)]  # may: comprehension
n = len(a)
b = [0.0] * n
for i in range(1, n):  # may: map
    b[i] = a[i - 1] + 1

for i in range(1, n):  # not: recurrence
    b[i] = b[i - 1] + a[i]

for i in range(n):  # may: map
    b[i] = b[i] * 2

for i in range(n - 1):  # may: shift
    b[i] = b[i + 1] * 2

for i in range(0, n, 2):  # may: map
    b[i] = b[i + 1] * 2

for i in range(0, n - 1):  # not: recurrence
    b[i + 1] = b[i] * 2

for i in range(n // 2):  # may: map
    b[i] = b[n - 1 - i]

for i in range(n):  # not: recurrence
    b[i] = b[n - 1 - i] + 1

for i in range(n):  # not: recurrence
    b[i] = b[i - 1] + 1

for i in range(1, n):  # not: recurrence
    b[i] = b[0] + a[i]
    b[0] = b[i]

for i in range(1, n):  # may: map
    b[i] = b[0] + a[i]

for i in range(n):  # not: recurrence
    b[i] = b[i // 2] + 1

for i in range(n // 2):  # may: map
    b[i + n // 2] = b[i] + 1

for i in range(n // 2 + 1):  # not: recurrence
    b[(i + 3) % n] = b[i] + 1

# === scatter: through a table of places
import numpy as np

where = [3, 0, 2, 1]
values = [10, 20, 30, 40]
out = [0] * 4
for k, w in enumerate(where):  # may: map
    out[k] = values[w]

for k, w in enumerate(where):  # not: recurrence
    values[w] = values[k] + 1

for w in where:  # may: histogram
    out[w] += 1

for w in where:  # not: reads-total
    out[w] += out[0]

twice = np.zeros(4)
for w in [1, 1, 2, 1]:  # not: reads-total
    twice[w] = twice[w] * 2 + 1

# === copies: a copy, an alias, a shallow copy
import copy

grid = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
new = [row[:] for row in grid]  # may: comprehension
for i in range(1, 3):  # may: map
    new[i][0] = grid[i - 1][0] + 1

same = grid
for i in range(1, 3):  # not: alias
    same[i][0] = grid[i - 1][0] + 1

shallow = list(grid)
for i in range(1, 3):  # not: alias
    shallow[i][1] = grid[i - 1][1] + 1

deep = copy.deepcopy(grid)
for i in range(1, 3):  # may: map
    deep[i][1] = grid[i - 1][1] + 1

rows = [[0] * 3] * 3
for i in range(1, 3):  # not: alias
    rows[i][0] = rows[i - 1][1] + 1
    rows[i][1] = i + rows[i][0]

rows2 = [[0] * 3 for _ in range(3)]  # may: comprehension
for i in range(3):  # may: map
    rows2[i][0] = rows2[i][1] + 1

# === views: slices, transposes and reshapes of one array
import numpy as np

a = np.arange(12.0)
b = a[2:]
for i in range(9):  # not: view
    b[i] = a[i] + 1

c = a[2:].copy()
for i in range(9):  # may: map
    c[i] = a[i] + 1

m = np.arange(16.0).reshape(4, 4)
t = m.T
for i in range(3):  # not: view
    m[i + 1] = t[i] + 1

t2 = m.T.copy()
for i in range(3):  # may: map
    m[i + 1] = t2[i] + 1

first = m[0]
for i in range(4):  # not: view
    m[i] = first + 1

first2 = m[0] + 0
for i in range(4):  # may: map
    m[i] = first2 + 1

asked = np.asarray(a)
for i in range(1, 9):  # not: view
    asked[i] = a[i - 1] * 2

made = np.array(a)
for i in range(1, 9):  # may: map
    made[i] = a[i - 1] * 2

chosen = a[[0, 1, 2, 3, 4]]
for i in range(1, 5):  # may: map
    chosen[i] = a[i - 1] * 3

# === parameters: two names for one list, inside of a function
def shift_into(target, source):
    for i in range(1, len(source)):  # not: alias
        target[i] = source[i - 1] + 1
    return target


def fill(source):
    target = [0] * len(source)
    for i in range(1, len(source)):  # may: map
        target[i] = source[i - 1] + 1
    return target


values = [5, 1, 4, 2]
fill(values)
shift_into(values, values)

# === same-row: a row that is filled again, a row that is new
shared = [0, 0]
table = []
for k in range(4):  # not: alias
    shared[0] += k
    table.append(shared[0])

fresh = []
for k in range(4):  # may: append
    row = [0, 0]
    row[0] += k
    fresh.append(row)

box = {"n": 0}
notes = []
for k in range(4):  # not: reads-total
    box["n"] = box["n"] + k
    notes.append(box["n"])

# === reading-a-total: the same sum, looked at or not
xs = [3, 1, 2, 5]
total = 0
for x in xs:  # may: reduction
    total += x

total = 0
shares = []
for x in xs:  # not: reads-total
    total += x
    shares.append(x / total)

total = 0
big = 0
for x in xs:  # not: reads-total
    total += x
    if total > 5:
        big += 1

total = 0
for x in xs:  # not: recurrence
    total += x * (total + 1)

total = 1
for x in xs:  # not: recurrence
    total = x - total

total = 1
for x in xs:  # may: reduction
    total = total + x

total = 1
for x in xs:  # may: reduction
    total -= x

best = 0
for x in xs:  # may: reduction
    best = max(best, x)

best = 0
jumps = 0
for x in xs:  # not: reads-total
    if x > best:
        best = x
        jumps += 1

best = 0
for x in xs:  # may: argbest
    if x > best:
        best = x

best = 0
for x in [3, 4, 9, 10]:  # not: carried
    if x > best + 1:
        best = x

n = 0
for x in xs:  # may: reduction
    n += 1

ids = []
n = 0
for x in xs:  # not: reads-total
    ids.append((n, x))
    n += 1

# === dict-keys: keys of one's own, and keys of others
ages = {"ada": 36, "ben": 41, "cleo": 29}
doubled = {}
for name in ages:  # may: dict
    doubled[name] = ages[name] * 2

for name in ages:  # may: dict
    ages[name] = ages[name] + 1

chain = {"ada": "ben", "ben": "cleo", "cleo": "ada"}
for name in ages:  # not: recurrence
    ages[name] = ages[chain[name]] + 1

index = {}
for name in ages:  # not: reads-total
    index[name] = len(index)

index2 = {}
for k, name in enumerate(ages):  # may: dict
    index2[name] = k

inverse = {}
for name, age in ages.items():  # may: dict
    inverse[age] = name

memo = {0: 0, 1: 1}
for n in range(2, 8):  # not: recurrence
    memo[n] = memo[n - 1] + memo[n - 2]

# === leaving: break, return, continue and else
xs = [4, 8, 15, 16, 23]
found = []
for x in xs:  # not: search
    if x % 5 == 0:
        break
    found.append(x)

kept = []
for x in xs:  # may: filter-append
    if x % 5 == 0:
        continue
    kept.append(x)

inner = []
for x in xs:  # may: nested
    for d in range(2, x):  # not: search
        if x % d == 0:
            inner.append((x, d))
            break

inner2 = []
for x in xs:  # may: nested
    for d in range(2, x):  # not: search
        if x % d == 0:
            break
    else:
        inner2.append(x)


def first_over(limit):
    for x in xs:  # not: search
        if x > limit:
            return x
    return None


def all_over(limit):
    over = []
    for x in xs:  # may: filter-append
        if x > limit:
            over.append(x)
    return over


a, b = first_over(10), all_over(10)
c = next((x for x in xs if x > 10), None)  # not: search
d = any(x > 10 for x in xs)  # may: argument
e = [first_over(k) for k in (3, 9, 20)]  # may: comprehension

# === suspending: a generator, and a list that is returned
def numbers(n):
    for k in range(n):  # not: suspends
        yield k * k


def listed(n):
    out = []
    for k in range(n):  # may: append
        out.append(k * k)
    return out


a = list(numbers(5))
b = listed(5)

# === coroutines: await in the loop
import asyncio


async def fetch(k):
    await asyncio.sleep(0)
    return k


async def main():
    out = []
    for k in range(3):  # not: suspends
        out.append(await fetch(k))
    return out


async def ready():
    out = []
    for k in range(3):  # may: append
        out.append(k * 2)
    return out


a = asyncio.run(main())
b = asyncio.run(ready())

# === effects: prints, logs, files, and the same without
import logging
import os
import sys

names = ["a", "b", "c"]
upper = []
for name in names:  # not: output
    upper.append(name.upper())
    print(name)

for name in names:  # not: output
    sys.stdout.write(name + "\n")

for name in names:  # not: output
    logging.warning(name)


def announce(name):
    if name == "b":
        print("here is b")
    return name.upper()


loud = [announce(name) for name in names]  # not: output

text = []
for name in names:  # may: append
    text.append(os.path.join("data", name + ".txt"))

for name in names:  # not: writes-file
    with open(name + ".txt", "w") as out:
        out.write(name)

report = open("report.txt", "w")
for name in names:  # not: writes-file
    report.write(name)
report.close()

sizes = []
for name in names:  # may: read-files
    with open(name + ".txt") as source:
        sizes.append(len(source.read()))

for name in names:  # not: writes-file
    os.rename(name + ".txt", name + ".old")

for name in names:  # not: writes-file
    os.makedirs(os.path.join("folder", name))

# === text-of-plots: titles are made, titles are drawn
import matplotlib.pyplot as plt

series = {"a": [1, 2], "b": [3, 4], "c": [5, 6]}
titles = []
for name in series:  # may: append
    titles.append(f"series {name}")

for name, values in series.items():  # not: plot
    plt.plot(values, label=name)

fig, ax = plt.subplots()
for values in series.values():  # not: plot
    ax.scatter(range(2), values)

limits = [max(values) for values in series.values()]  # may: comprehension


def draw(values):
    plt.bar(range(2), values)
    return len(values)


drawn = [draw(values) for values in series.values()]  # not: plot

# === clocks: the time is read, the time is given
import time
from time import perf_counter

begun = []
for k in range(3):  # not: clock
    begun.append(perf_counter())


def timed(k):
    start = time.time()
    value = k * k
    return value, time.time() - start


durations = [timed(k) for k in range(3)]  # not: clock


def waited(k):
    time.sleep(0.001)
    return k * k


values = [waited(k) for k in range(3)]  # may: comprehension

# === walrus: a value that stays in the name
xs = [3, 1, 2]
total = 0
running = [total := total + x for x in xs]  # not: reads-total
squares = [y * y for x in xs if (y := x + 1) > 2]  # may: comprehension

# === comprehension-effects: the same brackets with an effect
seen = []
xs = [1, 2, 2, 3]
a = [x for x in xs if x not in seen]  # may: comprehension
b = [x for x in xs if not seen.append(x) and len(seen) < 3]  # not: stateful-call
known = set()
c = [x for x in xs if not (x in known or known.add(x))]  # not: stateful-call
d = {x: x * x for x in xs}  # may: comprehension
e = {x % 2 for x in xs}  # may: comprehension
stack = [4, 5, 6, 7]
f = [stack.pop() for _ in xs]  # not: stateful-call
g = [stack[:] for _ in xs]  # may: comprehension
h = sum(stack.append(x) or len(stack) for x in xs)  # not: stateful-call
k = sum(x + len(stack) for x in xs)  # may: argument

# === partial-functions: arguments that are bound beforehand
from functools import partial

store = []


def put(where, x):
    where.append(x)
    return len(where)


def power(exponent, x):
    return x**exponent


keep, cube = partial(put, store), partial(power, 3)
a = [keep(x) for x in range(4)]  # not: stateful-call
b = [cube(x) for x in range(4)]  # may: comprehension

# === methods-as-values: a bound method under a name
out = []
add = out.append
for x in range(4):  # may: append
    add(x * x)

take = [5, 6, 7, 8].pop
gone = []
for x in range(4):  # not: stateful-call
    gone.append(take())

# === exceptions: caught in the body
texts = ["4", "x", "7"]
numbers = []
for text in texts:  # may: append
    try:
        numbers.append(int(text))
    except ValueError:
        numbers.append(None)

failures = 0
states = []
for text in texts:  # not: reads-total
    try:
        int(text)
    except ValueError:
        failures += 1
    states.append(failures)

# === swapping: two names that change places
a, b = 0, 1
fibonacci = []
for _ in range(6):  # not: carried
    fibonacci.append(a)
    a, b = b, a + b

swapped = []
for x, y in [(1, 2), (3, 4), (5, 6)]:  # may: append
    x, y = y, x
    swapped.append((x, y))

xs = [9, 3, 8, 1]
for i in range(len(xs) - 1):  # not: recurrence
    if xs[i] > xs[i + 1]:
        xs[i], xs[i + 1] = xs[i + 1], xs[i]

# === toggles: a flag that turns over, a flag that is computed
flag = False
signs = []
for k in range(5):  # not: carried
    flag = not flag
    signs.append(1 if flag else -1)

signs2 = []
for k in range(5):  # may: append
    flag = k % 2 == 0
    signs2.append(1 if flag else -1)

power = 1
powers = []
for k in range(5):  # not: recurrence
    powers.append(power)
    power = power * 2

powers2 = []
for k in range(5):  # may: append
    power = 2**k
    powers2.append(power)

# === fields-of-self: loops inside of methods
class Model:
    def __init__(self, weights):
        self.weights = weights
        self.bias = 0.5
        self.trace = []

    def predict(self, xs):
        out = []
        for x in xs:  # may: append
            out.append(sum(w * x for w in self.weights) + self.bias)  # may: argument
        return out

    def train(self, xs):
        for x in xs:  # not: recurrence
            self.bias = self.bias - 0.1 * (x - self.bias)
            self.trace.append(self.bias)

    def loss(self, xs):
        total = 0.0
        for x in xs:  # may: reduction
            total += (x - self.bias) ** 2
        return total

    def observe(self, x):
        self.trace.append(x)
        return len(self.trace)

    def watch(self, xs):
        seen = []
        for x in xs:  # not: class-state
            seen.append(self.observe(x))
        return seen


model = Model([1.0, 2.0])
model.predict([1.0, 2.0, 3.0])
model.train([1.0, 2.0, 3.0])
model.loss([1.0, 2.0, 3.0])
model.watch([1.0, 2.0, 3.0])

# === passing-through: a helper that gives back what it was given
def same(row):
    return row


def copied(row):
    return list(row)


base = [1, 2, 3]
logs = []
for k in range(3):  # not: alias
    row = same(base)
    row[k] = row[k - 1] + 10
    logs.append(sum(row))

for k in range(3):  # may: append
    row = copied(base)
    row[k] = row[k - 1] + 10
    logs.append(sum(row))

# === in-place-sorts: methods that change, functions that copy
data = [[3, 1], [2, 9], [5, 4]]
pool = [7, 3, 9, 1]
tops = []
for row in data:  # may: append
    tops.append(sorted(row)[0])

firsts = []
for row in data:  # not: stateful-call
    pool.sort()
    firsts.append(pool.pop())

lasts = []
for row in data:  # may: append
    lasts.append(sorted(pool + row)[-1])

# === many-sets: membership that grows, membership that stays
allowed = {1, 2, 3}
asked = [2, 5, 3, 2, 5]
a = []
for x in asked:  # may: append
    a.append(x in allowed)

b = []
for x in asked:  # not: reads-total
    b.append(x in allowed)
    allowed.add(x)

c = set()
for x in asked:  # may: set
    c.add(x * 2)

d = {1, 2, 3}
for x in asked:  # not: reads-total
    if x in d:
        d.discard(x)

# === string-building: text that grows, text that is looked at
words = ["ab", "cd", "ef"]
text = ""
for word in words:  # may: reduction
    text += word

text = ""
for word in words:  # not: reads-total
    text += word + str(len(text))

text = ""
for word in words:  # not: recurrence
    text = word + text[:1]

lines = []
for word in words:  # may: append
    line = ""
    for letter in word:  # may: reduction
        line += letter * 2
    lines.append(line)

# === loops-in-functions: the caller's list, a list of one's own
def extend(rows, out):
    for row in rows:  # may: append
        out.append(sum(row))
    return out


def extend_own(rows):
    out = []
    for row in rows:  # may: append
        out.append(sum(row))
    return out


journal = []


def note(value):
    journal.append(value)
    return len(journal)


rows = [[1, 2], [3], [4, 5, 6]]
a = extend(rows, [])
b = extend_own(rows)
c = [extend_own(rows[:k]) for k in (1, 2, 3)]  # may: comprehension
d = [note(row) for row in rows]  # not: global-state
shared = []
e = [len(extend(rows, shared)) for _ in range(3)]  # not: stateful-call

# === two-views: two slices of one array, that overlap or do not
import numpy as np

a = np.arange(12.0)
left, right = a[:-1], a[1:]
for k in range(11):  # not: view
    right[k] = left[k] * 0.5 + 1

low = a[:6]
high = a[6:]
for k in range(6):  # may: map
    high[k] = low[k] * 0.5 + 1

for k, value in enumerate(left):  # not: view
    right[k] = value + 2

for k, value in enumerate(low):  # may: map
    high[k] = value + 2

table = np.arange(20.0).reshape(5, 4)
upper, lower = table[:-1], table[1:]
for k in range(4):  # not: view
    lower[k] = upper[k] + 1

for above, below in zip(table[:-1], table[1:]):  # not: view
    below[:] = above * 2

copied = table[:-1].copy()
for above, below in zip(copied, table[1:]):  # may: rows
    below[:] = above * 2

evens, odds = a[::2], a[1::2]
for k in range(6):  # may: map
    odds[k] = evens[k] + 1

for k in range(5):  # not: recurrence
    evens[k + 1] = odds[k] + evens[k]

# === maybe-copies: functions of numpy that give a view, and those that give a copy
import numpy as np

a = np.arange(1.0, 11.0)
backwards = np.flip(a)
for k in range(9):  # not: view
    a[k + 1] = backwards[k] + 1

turned = np.flip(a) + 0
for k in range(9):  # may: map
    a[k + 1] = turned[k] + 1

same = a.astype(float, copy=False)
for k in range(9):  # not: view
    a[k + 1] = same[k] + 1

other = a.astype(float)
for k in range(9):  # may: map
    a[k + 1] = other[k] + 1

m = np.arange(16.0).reshape(4, 4)
diagonal = m.diagonal()
for k in range(3):  # not: view
    m[k + 1, k + 1] = diagonal[k] + 1

kept = np.array(m.diagonal())
for k in range(3):  # may: map
    m[k + 1, k + 1] = kept[k] + 1

# === negative-places: places counted from the end
a = [float(k) for k in range(8)]  # may: comprehension
b = [0.0] * 8
for i in range(8):  # not: recurrence
    a[i] = a[-i] + 1

for i in range(8):  # may: map
    b[i] = a[-i] + 1

for i in range(1, 4):  # may: map
    a[i] = a[-i] + 1

for i in range(1, 8):  # not: recurrence
    a[-i] = a[i] + 1

for i in range(8):  # not: recurrence
    a[i] = a[i - 4] + 1

for i in range(4):  # may: map
    a[i] = a[i - 4] + 1

for i in range(-4, 4):  # not: recurrence
    a[i] = a[i + 4] + 1

for i in range(-4, 0):  # may: map
    a[i] = a[i + 4] + 1

# === rows-of-a-table: the row that is walked, and a row by its number
table = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
first = list(table[0])
for row in table:  # may: nested
    for k in range(2):  # may: map
        row[k + 1] = first[k] + 1

for row in table:  # not: alias
    for k in range(2):  # not: recurrence
        row[k + 1] = table[0][k] + 2

sums = []
for row in table:  # may: append
    sums.append(sum(row) - table[0][0])

for n, row in enumerate(table):  # not: alias
    row[0] = table[n - 1][0] + 1

# === called-by-builtins: comparing, hashing and deleting can remember
class Watched:
    compared = []

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        Watched.compared.append(self.value)
        return self.value < other.value


class Quiet:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return self.value < other.value


class Leaving:
    def __init__(self, value):
        self.value = value

    def __del__(self):
        print("leaves", self.value)


watched, quiet = [Watched(3), Watched(1)], [Quiet(3), Quiet(1)]
a = [(min(watched).value, len(Watched.compared)) for _ in range(3)]  # not: class-state
b = [min(quiet).value + k for k in range(3)]  # may: comprehension
c = []
for k in range(3):  # not: output
    c.append(Leaving(k).value)

d = []
for k in range(3):  # may: append
    d.append(Quiet(k).value)

# === lists-of-rows: a list of an array holds views of its rows
import numpy as np

m = np.arange(12.0).reshape(4, 3)
rows = list(m)
for k in range(3):  # not: view
    rows[k + 1][0] = m[k, 0] + 1

apart = [row.copy() for row in m]  # may: comprehension
for k in range(3):  # may: map
    apart[k + 1][0] = m[k, 0] + 1

numbers = m.tolist()
for k in range(3):  # may: map
    numbers[k + 1][0] = m[k, 0] + 1

# === copied-parameter: slots of a parameter are written from a copy of it, or from the rows that a copy shares
def smooth(u, nu):
    un = u.copy()
    for i in range(1, len(u) - 1):  # may: map
        u[i] = un[i] + nu * (un[i + 1] - 2 * un[i] + un[i - 1])
    return u


def spread(u, nu):
    un = u.copy()
    for i in range(1, u.shape[0] - 1):  # may: map
        for j in range(1, u.shape[1] - 1):  # may: map
            u[i, j] = un[i, j] + nu * (un[i + 1, j] - un[i - 1, j])
    return u


def push(u):
    un = list(u)
    for i in range(1, len(u)):  # not: alias
        u[i][0] = un[i - 1][0] + 1
    return u


def swap_in(u):
    un = u
    for i in range(1, len(u)):  # not: alias
        u[i] = un[i - 1] + 1
    return u


import numpy as np

line = smooth([1.0, 4.0, 2.0, 8.0, 5.0], 0.1)
field = spread(np.arange(20.0).reshape(5, 4) ** 2, 0.1)
rows = push([[1.0], [5.0], [2.0]])
copied = swap_in([1.0, 5.0, 2.0])

# === written-before-read: a key of this item is written and read again in the same iteration
def note(pairs, first, second):
    seen = {}
    for key, value in pairs:  # may: last-wins
        first[key] = value
        seen[key] = first[key] + 1
    for key, value in pairs:  # not: recurrence
        if value > 2:
            second[key] = value
        seen[value] = second.get(key, 0)
    for key, value in pairs:  # not: recurrence
        chosen = first if value > 2 else second
        chosen[key] = value
        seen[value] = first[key]
    return seen


seen = note([(1, 2), (2, 5), (1, 3), (2, 1)], {1: 0, 2: 0}, {})

# === linked-cells: objects hold other objects of the same list
class Cell:
    def __init__(self, state):
        self.state = state
        self.near = []


cells = [Cell(k) for k in range(5)]  # may: comprehension
for k in range(4):  # not: recurrence
    cells[k].near.append(cells[k + 1])
    cells[k + 1].near.append(cells[k])

for cell in cells:  # not: recurrence
    cell.state = sum(other.state for other in cell.near) + 1  # may: argument

for cell in cells:  # not: recurrence
    for other in cell.near:  # may: rows
        other.state = cell.state * 2 + other.state

totals = []
for cell in cells:  # may: append
    totals.append(sum(other.state for other in cell.near))  # may: argument

for cell in cells:  # may: rows
    cell.state = cell.state * 0.5

# === linked-edges: what joins two objects, and a chain of them
class Point:
    def __init__(self, x, then=None):
        self.x = x
        self.then = then


class Edge:
    def __init__(self, start, end):
        self.start = start
        self.end = end


points = [Point(k) for k in range(5)]  # may: comprehension
edges = [Edge(points[0], points[1]), Edge(points[1], points[2]), Edge(points[2], points[3])]
lengths = []
for edge in edges:  # may: append
    lengths.append(edge.end.x - edge.start.x)

for edge in edges:  # not: recurrence
    edge.end.x = edge.start.x * 2 + 1

# === chained-points: who refers to an object sees what becomes of it
class Point:
    def __init__(self, x, then=None):
        self.x = x
        self.then = then


points = [Point(k * k) for k in range(5)]  # may: comprehension
for k in range(4):  # not: alias
    points[k].then = points[k + 1]

for k in range(4):  # not: recurrence
    points[k].then.x = points[k].x + 1

# === shared-players: an object that two others have
class Player:
    def __init__(self, score):
        self.score = score


class Team:
    def __init__(self):
        self.players = []

    def add(self, player):
        self.players.append(player)


star = Player(1)
teams = [Team() for _ in range(3)]  # may: comprehension
for team in teams:  # may: append
    team.add(star)
    team.add(Player(2))

for team in teams:  # not: recurrence
    for player in team.players:  # may: rows
        player.score = player.score * 2 + 1

# === listed-objects: objects that are written out one by one have their own lists, or a common one
class Account:
    def __init__(self, balance):
        self.balance = balance
        self.past = []

    def deposit(self, amount):
        self.balance += amount
        self.past.append(self.balance)


class Joint:
    common = []

    def __init__(self):
        self.past = self.common


accounts = [Account(1.0), Account(5.0)]
for account in accounts:  # may: rows
    account.deposit(10)

joint = [Joint(), Joint()]
for account in joint:  # not: alias
    account.past.append(len(account.past))

# === same-value-again: the last value stays, also where it is the one that was there before the loop
import numpy as np

marks = [0, 3, 2, 1]
for k in range(4):  # may: last-wins
    marks[3 - k] = 7
    marks[k] = [0, 3, 2, 1][k]

grid = np.array([[0, 3], [2, 1]])
for k in range(2):  # may: last-wins
    grid[1 - k, 1] = 7
    grid[k, 1] = [3, 1][k]

for k in range(1, 4):  # not: recurrence
    marks[3 - k] = 7
    marks[k] = marks[k - 1]

# === befriended: records that hold other records of the same list
people = [{"name": "ann", "friends": []}, {"name": "bob", "friends": []}, {"name": "cat", "friends": []}]
people[0]["friends"].append(people[1])
people[0]["friends"].append(people[2])
people[1]["friends"].append(people[0])
people[1]["friends"].append(people[2])
people[2]["friends"].append(people[1])
for person in people:  # not: recurrence
    person["score"] = 1 + sum(friend.get("score", 0) for friend in person["friends"])  # may: argument

for person in people:  # not: recurrence
    person["friends"][0]["rank"] = person.get("rank", 0) + 1

counts = {}
for person in people:  # may: dict
    counts[person["name"]] = len(person["friends"])

# === pulled-bodies: each looks at all others; what it changes is its own, or what the others look at
class Body:
    def __init__(self, x, mass):
        self.x = x
        self.mass = mass
        self.force = 0.0


bodies = [Body(float(k * k), 1.0 + k) for k in range(4)]  # may: comprehension
for one in bodies:  # may: nested
    for other in bodies:  # may: reduction
        if other is not one:
            one.force += other.mass / (other.x - one.x)

for one in bodies:  # may: rows
    one.x += one.force * 0.1

for one in bodies:  # not: recurrence
    for other in bodies:  # not: recurrence
        one.x = one.x + (other.x - one.x) * 0.1

# === blocks-of-lines: the last of the lists that grow is where the next line goes
lines = ["h", "1", "2", "h", "3"]
blocks = []
for line in lines:  # not: reads-total
    if line == "h":
        blocks.append([])
    else:
        blocks[-1].append(line)

by_length = {1: [], 2: []}
for line in ["a", "bb", "c"]:  # may: histogram
    by_length[len(line)].append(line)
