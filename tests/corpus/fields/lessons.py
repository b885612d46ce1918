# Shapes that are common in lectures and tutorials: chunks of files, generators in generators, constant marks.

# === chunks: a file in pieces can be walked once, a list of pieces again
import io

import pandas as pd

content = "station,level\n" + "".join(f"s{k % 3},{k * 1.5}\n" for k in range(9))  # may: argument
reader = pd.read_csv(io.StringIO(content), chunksize=3)
tops = []
for chunk in reader:  # not: one-shot
    tops.append(float(chunk.level.max()))

again = pd.read_csv(io.StringIO(content), chunksize=3)
names = [chunk.station.iloc[0] for chunk in again]  # not: one-shot

pieces = list(pd.read_csv(io.StringIO(content), chunksize=3))
means = []
for piece in pieces:  # may: append
    means.append(float(piece.level.mean()))

table = pd.read_csv(io.StringIO(content))
by_station = {name: float(part.level.sum()) for name, part in table.groupby("station")}  # may: comprehension
spreads = []
for name, part in table.groupby("station"):  # may: append
    spreads.append(float(part.level.max() - part.level.min()))

levels = []
seen_level = 0.0
for name, part in table.groupby("station"):  # not: reads-total
    seen_level += float(part.level.sum())
    levels.append(seen_level)

# === generators-inside: a generator that is eaten on the spot
lines = ["numpy == 2.1", "", "scipy == 1.15", "pandas == 3.0"]
wanted = [(name, version) for name, _, version in (line.split() for line in lines if line)]  # may: comprehension; may: argument
total = sum(len(name) for name in (line.split()[0] for line in lines if line))  # may: argument; may: argument

kept = iter(lines)
first_two = []
for line in kept:  # not: one-shot
    first_two.append((line, next(kept, "")))

# === numpy-eats: numpy's own reductions over comprehensions
import math

import numpy as np

x = np.linspace(0.0, 3.0, 7)
data = [0.4, 1.1, 2.6, 1.9]
kernels = np.array([np.exp(-((x - d) ** 2) / 0.3) for d in data])  # may: comprehension
likelihood = np.prod([math.exp(-d) for d in data])  # may: comprehension
trapezoid = np.sum([0.5 * (a + b) for a, b in zip(x, x[1:])])  # may: comprehension
stacked = np.vstack([x * k for k in range(3)])  # may: comprehension

density = np.zeros_like(x)
for d in data:  # may: reduction
    density += np.exp(-((x - d) ** 2) / 0.3)

steps = [density]
for d in data:  # not: recurrence
    steps.append(steps[-1] * 0.5 + d)

# === marks: the same constant at places that may overlap
import numpy as np

segments = [(0, 3), (2, 5), (6, 8)]
mask = np.zeros(10, dtype=bool)
for low, high in segments:  # may: map
    mask[low:high] = True

depth = np.zeros(10)
for low, high in segments:  # may: reduction
    depth[low:high] += 1

order = np.zeros(10)
for low, high in segments:  # not: recurrence
    order[low:high] = order[low:high] * 2 + 1

open_ends = []
for low, high in [(0, 5), (1, 5), (2, 8)]:  # not: reads-total
    open_ends.append(bool(mask[high]))
    mask[high] = True

# === zipped-files: packed files that are read, and one archive that is written
import gzip
import os
import zipfile

for k in range(3):  # not: writes-file
    with gzip.open(f"run{k}.gz", "wt") as out:
        out.write(f"{k} {k * k}\n")

runs = {}
for k in range(3):  # may: read-files
    with gzip.open(f"run{k}.gz", "rt") as source:
        runs[k] = [int(word) for word in source.read().split()]  # may: comprehension

sizes = [os.path.getsize(f"run{k}.gz") for k in range(3)]  # may: comprehension

with zipfile.ZipFile("runs.zip", "w") as archive:
    for k in range(3):  # not: writes-file
        archive.write(f"run{k}.gz")

# === axes: every axis is decorated, every title is computed
import matplotlib.pyplot as plt
import numpy as np

fig, axes = plt.subplots(2, 2)
waves = np.outer(np.arange(1.0, 5.0), np.linspace(0, 1, 6))
for ax in axes.flat:  # not: plot
    ax.axis("off")

for ax, wave in zip(axes.flat, waves):  # not: plot
    ax.plot(wave)

for i, ax in enumerate(axes.flat):  # not: plot
    ax.imshow(waves)

peaks = []
for wave in waves:  # may: append
    peaks.append(wave.max())

# === capital: a model of an economy, stepped by its own method
class Economy:
    def __init__(self, capital=1.0, saving=0.3):
        self.capital = capital
        self.saving = saving

    def step(self):
        self.capital = self.saving * self.capital**0.4 + 0.9 * self.capital

    def path(self, n):
        values = []
        for _ in range(n):  # not: recurrence
            values.append(self.capital)
            self.step()
        return values

    def steady(self):
        return (self.saving / 0.1) ** (1 / 0.6)


paths = {}
for saving in (0.2, 0.3, 0.4):  # may: dict
    paths[saving] = Economy(saving=saving).path(5)

steady = [Economy(1.0, s).steady() for s in (0.2, 0.3, 0.4)]  # may: comprehension

shared = Economy()
ends = []
for _ in range(4):  # not: class-state
    shared.step()
    ends.append(shared.capital)

class Empirical:
    def __init__(self, values):
        self.values = values

    def __call__(self, x):
        below = 0
        for v in self.values:  # may: reduction
            if v <= x:
                below += 1
        return below / len(self.values)


share = Empirical([0.2, 0.5, 0.9, 0.4])
curve = [share(x) for x in (0.1, 0.3, 0.5, 0.7)]  # may: comprehension

# === silhouettes: bars that are stacked on each other
sizes = [4, 2, 5]
lower, upper = 0, 0
ticks = []
for size in sizes:  # not: reads-total
    upper += size
    ticks.append((lower + upper) / 2)
    lower += size

heights = []
for k, size in enumerate(sizes):  # may: append
    heights.append((k, size / sum(sizes)))

tolerance = 0.1
tried = []
for k in range(4):  # not: recurrence
    tried.append(tolerance)
    tolerance /= 10

tried2 = []
for k in range(4):  # may: append
    tried2.append(0.1 / 10**k)

# === keyed-text: a block goes on over several lines
lines = ["< one", "a", "b", "< two", "c"]
answer = {}
key, block = "", ""
for line in lines:  # not: carried
    if line.startswith("<"):
        key = line[2:]
        block = ""
    else:
        block += line
    answer[key] = block

stripped = {}
for number, line in enumerate(lines):  # may: dict
    stripped[number] = line.lstrip("< ")

base = {"a": 10, "b": 11}
value = sum(base.get(c, 0) * 16**k for k, c in enumerate(reversed("ab")))  # may: argument
back = {v: k for k, v in base.items()}  # may: comprehension
