# Mechanics, waves, lattices and measurements: programs as newcomers to physics write them.

# === falling-ball: steps in time against many heights
import math

g = 9.81
dt = 0.05
v, y = 0.0, 20.0
track = []
for step in range(10):  # not: time-step
    v = v - g * dt
    y = y + v * dt
    track.append(y)

heights = [5.0, 10.0, 15.0, 20.0]
times = []
for h in heights:  # may: append
    times.append(math.sqrt(2 * h / g))

speeds = {}
for h, t in zip(heights, times):  # may: dict
    speeds[h] = g * t

# === heat-rod: a rod that cools, with and without the old field
import numpy as np

n = 8
u = np.sin(np.linspace(0, 3, n))
for step in range(3):  # not: time-step
    new = u.copy()
    for i in range(1, n - 1):  # may: map
        new[i] = u[i] + 0.1 * (u[i - 1] - 2 * u[i] + u[i + 1])
    u = new

for i in range(1, n - 1):  # not: stencil
    u[i] = 0.5 * (u[i - 1] + u[i + 1])

alias = u
for i in range(n - 1):  # may: map
    alias[i] = u[i] * 2

alias2 = u
for i in range(n - 1):  # not: alias
    alias2[i + 1] = u[i] * 2

# === plate: a plate of temperatures, row by row
import numpy as np

old = np.arange(30.0).reshape(5, 6) ** 1.3
new = old.copy()
for i in range(1, 4):  # may: nested
    for j in range(1, 5):  # may: map
        new[i, j] = 0.25 * (old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1])

for i in range(1, 4):  # not: stencil
    for j in range(1, 5):  # not: stencil
        old[i, j] = 0.25 * (old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1])

field = np.ones((4, 5)) * np.arange(5.0)
for i in range(4):  # may: nested
    for j in range(1, 5):  # not: recurrence
        field[i, j] = field[i, j] + field[i, j - 1]

field2 = np.arange(20.0).reshape(4, 5)
for i in range(1, 4):  # not: recurrence
    for j in range(5):  # may: map
        field2[i, j] = field2[i, j] + field2[i - 1, j]

# === n-body: forces on each body may be found at once, their moves not
import math

masses = [5.0, 1.0, 2.0, 1.5]
places = [(0.0, 0.0), (1.0, 0.5), (-2.0, 1.0), (0.5, 3.0)]
forces = []
for i in range(4):  # may: nested
    fx = fy = 0.0
    for j in range(4):  # may: reduction
        if i != j:
            dx = places[j][0] - places[i][0]
            dy = places[j][1] - places[i][1]
            r = math.sqrt(dx * dx + dy * dy)
            fx += masses[i] * masses[j] * dx / r**3
            fy += masses[i] * masses[j] * dy / r**3
    forces.append((fx, fy))

energy = 0.0
for i in range(4):  # may: nested
    for j in range(i + 1, 4):  # may: reduction
        energy -= masses[i] * masses[j] / math.dist(places[i], places[j])

push = [0.0] * 4
for i in range(4):  # may: nested
    for j in range(i + 1, 4):  # may: histogram
        push[i] += masses[j]
        push[j] -= masses[i]

for i in range(1, 4):  # not: recurrence
    x, y = places[i - 1]
    places[i] = (places[i][0] + 0.1 * x, places[i][1] + 0.1 * y)

# === pendulums: one simulation a pendulum, each with its own steps
import math


def swing(length, angle, steps=20, dt=0.05):
    speed = 0.0
    for _ in range(steps):  # not: time-step
        speed -= 9.81 / length * math.sin(angle) * dt
        angle += speed * dt
    return angle


ends = []
for length in [0.5, 1.0, 1.5, 2.0]:  # may: append
    ends.append(swing(length, 0.3))

table = {(length, a): swing(length, a) for length in (0.5, 1.0) for a in (0.1, 0.2)}  # may: comprehension

angle = 0.3
chain = []
for length in [0.5, 1.0, 1.5]:  # not: carried
    angle = swing(length, angle)
    chain.append(angle)

# === ising: a lattice of spins with a shared random state, and without
import random

random.seed(1)
size = 4
spins = [[1] * size for _ in range(size)]  # may: comprehension
for i in range(size):  # not: random-state
    for j in range(size):  # not: random-state
        if random.random() < 0.5:
            spins[i][j] = -1

energy = 0
for i in range(size):  # may: nested
    for j in range(size):  # may: reduction
        energy -= spins[i][j] * spins[i][(j + 1) % size]

for i in range(size):  # not: stencil
    for j in range(size):  # not: stencil
        around = spins[i - 1][j] + spins[i][j - 1]
        spins[i][j] = 1 if around >= 0 else -1

magnetisation = sum(sum(row) for row in spins)  # may: argument

# === monte-carlo: one generator for all draws against one for each
import numpy as np


def is_inside(rng):
    x, y = rng.random(2)
    return x * x + y * y < 1


rng = np.random.default_rng(5)
hits = 0
for _ in range(20):  # not: random-state
    if is_inside(rng):
        hits += 1

own = 0
for k in range(20):  # may: reduction
    if is_inside(np.random.default_rng(k)):
        own += 1

legacy = []
for k in range(5):  # not: random-state
    legacy.append(np.random.normal())

seeded = []
for k in range(5):  # may: append
    seeded.append(np.random.RandomState(k).normal())

# === random-walk: each step from the last; each walk from its own seed
import random

place = 0
walk = [0]
for k in range(12):  # not: recurrence
    place += 1 if (k * 7) % 3 else -1
    walk.append(place)


def walk_of(seed, steps):
    dice = random.Random(seed)
    x = 0
    for _ in range(steps):  # not: random-state
        x += dice.choice([-1, 1])
    return x


ends = [walk_of(seed, 20) for seed in range(6)]  # may: comprehension
shared = random.Random(0)
ends2 = [shared.choice([-1, 1]) for _ in range(6)]  # not: random-state

# === spectrum: peaks and a sum over frequencies
import cmath
import math

signal = [math.sin(0.7 * k) + 0.4 * math.cos(1.9 * k) for k in range(16)]  # may: comprehension
spectrum = []
for f in range(16):  # may: nested
    total = 0j
    for k, value in enumerate(signal):  # may: reduction
        total += value * cmath.exp(-2j * math.pi * f * k / 16)
    spectrum.append(abs(total))

peaks = []
for k in range(1, len(spectrum) - 1):  # may: filter-append
    if spectrum[k - 1] < spectrum[k] > spectrum[k + 1]:
        peaks.append(k)

strongest, where = -1.0, None
for k, value in enumerate(spectrum):  # may: argbest
    if value > strongest:
        strongest, where = value, k

low = 0.0
filtered = []
for value in signal:  # not: recurrence
    low += 0.3 * (value - low)
    filtered.append(low)

# === matrix-product: three loops, the classic
a = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
b = [[1.0, 0.5], [2.0, 1.5], [0.0, 2.0]]
c = [[0.0] * 2 for _ in range(2)]  # may: comprehension
for i in range(2):  # may: nested
    for j in range(2):  # may: nested
        for k in range(3):  # may: reduction
            c[i][j] += a[i][k] * b[k][j]

d = [[0.0] * 2] * 2
for i in range(2):  # not: alias
    for j in range(2):  # may: map
        d[i][j] = d[1 - i][j] + a[i][j]

powers = [1.0]
for k in range(1, 6):  # not: recurrence
    powers.append(powers[-1] * 1.1)

powers2 = [1.1**k for k in range(6)]  # may: comprehension

# === gauss-solve: elimination carries its rows on
m = [[4.0, 1.0, 2.0], [1.0, 5.0, 1.0], [2.0, 1.0, 6.0]]
rhs = [7.0, 8.0, 9.0]
n = 3
for k in range(n - 1):  # not: recurrence
    for i in range(k + 1, n):  # may: nested
        f = m[i][k] / m[k][k]
        rhs[i] -= f * rhs[k]
        for j in range(k, n):  # may: map
            m[i][j] -= f * m[k][j]

x = [0.0] * n
for i in range(n - 1, -1, -1):  # not: recurrence
    s = rhs[i]
    for j in range(i + 1, n):  # may: reduction
        s -= m[i][j] * x[j]
    x[i] = s / m[i][i]

# === particles: objects that change themselves, and what is computed from them
class Particle:
    def __init__(self, x, v):
        self.x = x
        self.v = v

    def energy(self):
        return 0.5 * self.v**2


particles = [Particle(float(k), 1.0 + k) for k in range(4)]  # may: comprehension
energies = []
for p in particles:  # may: append
    energies.append(p.energy())

total = 0.0
for p in particles:  # may: reduction
    total += p.energy()


class Box:
    def __init__(self):
        self.pressure = 0.0

    def hit(self, particle):
        self.pressure += particle.v
        return self.pressure


box = Box()
readings = []
for p in particles:  # not: class-state
    readings.append(box.hit(p))

lead = particles[0]
for p in particles:  # not: alias
    lead.x = lead.x + p.v
    energies.append(p.x * lead.x)

# === decay-chain: populations in time, for one and for many half-lives
import math

n_parent, n_child = 1000.0, 0.0
curve = []
for t in range(6):  # not: time-step
    lost = 0.1 * n_parent
    n_parent = n_parent - lost
    n_child = n_child + lost - 0.05 * n_child
    curve.append((n_parent, n_child))

halves = [1.5, 3.0, 6.0]
left = {}
for h in halves:  # may: nested
    left[h] = [1000 * math.exp(-0.693 * t / h) for t in range(5)]  # may: comprehension

activity = [0.0] * 5
for t in range(5):  # may: nested
    for h in halves:  # may: histogram
        activity[t] += 1000 * math.exp(-0.693 * t / h)

# === detector: events into bins; a clock; a counter that lives on
import itertools
import math
import time

energies = [1.2, 3.7, 2.2, 3.9, 0.4, 2.8]
bins = [0] * 5
for e in energies:  # may: histogram
    bins[int(e)] += 1

counter = itertools.count()
numbered = []
for e in energies:  # not: stateful-call
    numbered.append((next(counter), e))

stamped = []
for e in energies:  # not: clock
    stamped.append((time.time(), e))

slow = []
for e in energies:  # may: append
    time.sleep(0.01)
    slow.append(math.sqrt(e))

tail = itertools.accumulate(energies)
levels = []
for level in tail:  # not: one-shot
    levels.append(level)

# === plot-orbits: computing and drawing
import math

import matplotlib.pyplot as plt

radii = [1.0, 1.5, 2.0]
for r in radii:  # not: plot
    xs = [r * math.cos(0.5 * k) for k in range(12)]  # may: comprehension
    plt.plot(xs)

fig, axes = plt.subplots(1, 3)
for ax, r in zip(axes, radii):  # not: plot
    ax.set_title(f"r = {r}")

periods = []
for r in radii:  # may: append
    periods.append(2 * math.pi * r**1.5)

# === root-scan: bisection goes on from step to step; a scan does not
import math


def f(x):
    return math.cos(x) - x


def bisect(low, high):
    for _ in range(30):  # not: carried
        middle = 0.5 * (low + high)
        if f(low) * f(middle) <= 0:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


brackets = [(0.0, 1.0), (0.2, 1.4), (-1.0, 2.0)]
roots = [bisect(low, high) for low, high in brackets]  # may: comprehension

grid = [0.1 * k for k in range(12)]  # may: comprehension
change = None
for x in grid:  # not: search
    if f(x) < 0:
        change = x
        break

signs = []
for left, right in zip(grid, grid[1:]):  # may: append
    signs.append(f(left) * f(right) < 0)


def first_negative(points):
    for x in points:  # not: search
        if f(x) < 0:
            return x
    return None


found = next(x for x in grid if f(x) < 0)  # not: search
is_crossed = any(f(x) < 0 for x in grid)  # may: argument
answer = first_negative(grid)

# === trajectory-array: a two-dimensional array filled by column or by step
import numpy as np

steps, bodies = 5, 3
start = np.array([1.0, 2.0, 3.0])
track = np.zeros((steps, bodies))
track[0] = start
for t in range(1, steps):  # not: time-step
    track[t] = track[t - 1] + 0.1 * np.sin(track[t - 1])

closed = np.zeros((steps, bodies))
for t in range(steps):  # may: map
    closed[t] = start * np.cos(0.1 * t)

for b in range(bodies):  # may: nested
    for t in range(1, steps):  # not: recurrence
        closed[t, b] = 0.5 * closed[t, b] + 0.5 * closed[t - 1, b]

shifted = track[1:]
for t in range(steps - 1):  # not: view
    shifted[t] = track[t] * 0.5 + closed[t]

kept = track.copy()[1:]
for t in range(steps - 1):  # may: map
    track[t] = kept[t] + closed[t]

# === wave-string: two arrays that change their roles
import numpy as np

n = 7
now = np.sin(np.linspace(0, 3.14, n))
before = now.copy()
snapshots = []
for step in range(3):  # not: time-step
    after = np.zeros(n)
    for i in range(1, n - 1):  # may: map
        after[i] = 2 * now[i] - before[i] + 0.2 * (now[i + 1] - 2 * now[i] + now[i - 1])
    before, now = now, after
    snapshots.append(after.max())

doubled = np.zeros(2 * n)
for i in range(n):  # may: map
    doubled[2 * i] = now[i]
    doubled[2 * i + 1] = -now[i]

for i in range(n - 1):  # not: recurrence
    now[i + 1] = now[i + 1] + now[i]

for i in range(n - 1):  # may: shift
    now[i] = now[i + 1] + now[i]
