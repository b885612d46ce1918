# Tables, records, cleaning and models: programs as newcomers to data science write them.

# === clean-prices: cleaning strings, then a table by row
# %%
import pandas as pd

raw = ["12.5 EUR", " 7,25 EUR", "n/a", "100 EUR", "3.75 EUR"]


def to_number(text):
    text = text.strip().replace(",", ".")
    if text == "n/a":
        return float("nan")
    return float(text.split()[0])


# %%
prices = []
for text in raw:  # may: append
    prices.append(to_number(text))

# %%
valid = []
for i, text in enumerate(raw):  # may: filter-append
    if "EUR" in text:
        valid.append((i, to_number(text)))

# %%
table = pd.DataFrame({"raw": raw, "price": prices})
labels = []
for index, row in table.iterrows():  # may: rows
    if row["price"] > 10:
        labels.append("expensive")
    else:
        labels.append("cheap")
table["label"] = labels

# %%
last = 0.0
filled = []
for price in prices:  # not: carried
    if price == price:
        last = price
    filled.append(last)

# === word-lengths: a dict by key, a histogram, and the most frequent so far
words = "to be or not to be that is the question to".split()
lengths = {}
for word in words:  # may: dict
    lengths[word] = len(word)

counts = {}
for word in words:  # may: histogram
    counts[word] = counts.get(word, 0) + 1

order = {}
for word in words:  # not: reads-total
    if word not in order:
        order[word] = len(order)

top, top_count = None, 0
for word, n in counts.items():  # may: argbest
    if n > top_count:
        top_count = n
        top = word

by_first = {}
for word in words:  # may: histogram
    by_first.setdefault(word[0], []).append(word)

# === class-averages: records of students, grouped
from collections import defaultdict

students = [
    {"name": "Ada", "class": "a", "marks": [15, 12, 18]},
    {"name": "Ben", "class": "b", "marks": [9, 11, 10]},
    {"name": "Cleo", "class": "a", "marks": [16, 17, 19]},
    {"name": "Dan", "class": "c", "marks": [13, 8, 12]},
]

averages = {}
for student in students:  # may: dict
    marks = student["marks"]
    averages[student["name"]] = sum(marks) / len(marks)

groups = defaultdict(list)
for student in students:  # may: histogram
    groups[student["class"]].append(student["name"])

class_mean = {}
for letter, names in groups.items():  # may: nested
    total = 0
    for name in names:  # may: reduction
        total += averages[name]
    class_mean[letter] = total / len(names)

passed = [s["name"] for s in students if averages[s["name"]] > 10]  # may: comprehension

ranking = []
rank = 1
for name, mean in sorted(averages.items()):  # not: recurrence
    ranking.append((rank, name))
    rank = rank * 2

seen = set()
unique = []
for student in students:  # not: order-of-keys
    if student["class"] in seen:
        continue
    seen.add(student["class"])
    unique.append(student["name"])

for student in students:  # not: output
    print(student["name"], averages[student["name"]])

# === nearest-neighbour: distances by hand, twice nested
import math

points = [(0.0, 1.0), (2.5, 0.5), (3.0, 4.0), (1.0, 1.5), (4.0, 2.0)]


def distance(p, q):
    return math.sqrt((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2)


nearest = []
for i, p in enumerate(points):  # may: nested
    best, best_j = None, -1
    for j, q in enumerate(points):  # may: argbest
        if i == j:
            continue
        d = distance(p, q)
        if best is None or d < best:
            best = d
            best_j = j
    nearest.append(best_j)

matrix = [[distance(p, q) for q in points] for p in points]  # may: comprehension; may: comprehension

longest = max(distance(p, q) for p in points for q in points)  # may: argument

path = [points[0]]
left = points[1:]
for _ in range(len(points) - 1):  # not: recurrence
    here = path[-1]
    nxt = min(left, key=lambda q: distance(here, q))
    left.remove(nxt)
    path.append(nxt)

# === scale-columns: numpy columns, one after the other
import numpy as np

data = np.arange(24.0).reshape(6, 4) ** 1.5
scaled = np.zeros_like(data)
for j in range(data.shape[1]):  # may: map
    column = data[:, j]
    scaled[:, j] = (column - column.mean()) / column.std()

means = np.empty(data.shape[0])
for i in range(len(data)):  # may: map
    means[i] = data[i].mean()

work = data.copy()
for i in range(1, len(work)):  # not: recurrence
    work[i] = work[i] - work[i - 1]

halves = data[:3]
for i in range(3):  # not: view
    data[i + 1] = halves[i] * 2

# === k-means-steps: an outer loop that moves the centres, inner loops that do not
import numpy as np

rng = np.random.default_rng(3)
samples = rng.normal(size=(12, 2))
centres = samples[:3].copy()
for step in range(4):  # not: time-step
    labels = np.zeros(len(samples), dtype=int)
    for i in range(len(samples)):  # may: map
        labels[i] = np.argmin(np.sum((centres - samples[i]) ** 2, axis=1))
    new = np.zeros_like(centres)
    for k in range(len(centres)):  # may: map
        if np.any(labels == k):
            new[k] = samples[labels == k].mean(axis=0)
        else:
            new[k] = centres[k]
    centres = new

# === model-scores: a grid of models, each fitted afresh
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.tree import DecisionTreeRegressor

x = np.linspace(0, 1, 20).reshape(-1, 1)
y = np.sin(6 * x[:, 0])

scores = []
for alpha in [0.01, 0.1, 1.0]:  # may: append
    model = Ridge(alpha=alpha)
    model.fit(x, y)
    scores.append(model.score(x, y))

by_depth = {}
for depth in range(1, 4):  # may: dict
    tree = DecisionTreeRegressor(max_depth=depth, random_state=0).fit(x, y)
    by_depth[depth] = tree.score(x, y)

best_alpha, best_score = None, -1.0
for alpha in (0.01, 0.1, 1.0):  # may: argbest
    score = Ridge(alpha=alpha).fit(x, y).score(x, y)
    if score > best_score:
        best_score = score
        best_alpha = alpha

for alpha in (0.01, 0.1):  # not: output
    print(alpha, Ridge(alpha=alpha).fit(x, y).score(x, y))

# === warm-start: one model that is fitted on and on
import numpy as np
from sklearn.linear_model import SGDRegressor

x = np.linspace(0, 1, 20).reshape(-1, 1)
y = 3 * x[:, 0] + 1
model = SGDRegressor(random_state=0)
losses = []
for epoch in range(4):  # not: stateful-call
    model.partial_fit(x, y)
    losses.append(float(np.mean((model.predict(x) - y) ** 2)))

# === folds: a cross validation by hand
import numpy as np

values = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 3.0, 6.0, 9.0])
folds = np.array_split(np.arange(9), 3)
errors = np.zeros(len(folds))
for k, test in enumerate(folds):  # may: map
    train = np.setdiff1d(np.arange(9), test)
    guess = values[train].mean()
    errors[k] = np.mean((values[test] - guess) ** 2)

error_sum = 0.0
for e in errors:  # may: reduction
    error_sum += e

history = []
for e in errors:  # not: reads-total
    error_sum += e
    history.append(error_sum)

# === row-writes: a table changed by row
import pandas as pd

df = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [4.0, 3.0, 2.0, 1.0]})
df["c"] = 0.0
for i in range(len(df)):  # may: rows
    df.loc[i, "c"] = df.loc[i, "a"] * df.loc[i, "b"]

for i in range(1, len(df)):  # not: recurrence
    df.loc[i, "c"] = df.loc[i - 1, "c"] + df.loc[i, "a"]

total = 0.0
for row in df.itertuples():  # may: rows
    total += row.a * row.b

out = []
for a, b in zip(df["a"], df["b"]):  # may: append
    out.append(a / b)

for i in range(3):  # not: reads-total
    df.loc[len(df)] = [i, i, i]

# === encode: a table of codes that grows, and one that is ready
colours = ["red", "blue", "red", "green", "blue"]
codes = {"red": 0, "blue": 1, "green": 2}
encoded = []
for colour in colours:  # may: append
    encoded.append(codes[colour])

new_codes = {}
encoded2 = []
for colour in colours:  # not: reads-total
    if colour not in new_codes:
        new_codes[colour] = len(new_codes)
    encoded2.append(new_codes[colour])

kinds = set()
for colour in colours:  # may: set
    kinds.add(colour.upper())

one_hot = []
for colour in colours:  # may: nested
    row = [0] * len(codes)
    row[codes[colour]] = 1
    one_hot.append(row)

shared = [0] * len(codes)
shared_rows = []
for colour in colours:  # not: alias
    shared[codes[colour]] += 1
    shared_rows.append(list(shared))

# === read-many: files that are read, and files that are written
import json
import os

names = ["a.json", "b.json", "c.json"]
for n, name in enumerate(names):  # not: writes-file
    with open(name, "w") as handle:
        json.dump({"n": n, "values": [n, n + 1]}, handle)

totals = []
for name in names:  # may: read-files
    with open(name) as handle:
        content = json.load(handle)
    totals.append(sum(content["values"]))

for name in names:  # not: writes-file
    os.remove(name)

# === log-file: reading one open file line by line, and pieces of text
with open("log.txt", "w") as handle:
    handle.write("INFO start\nERROR disk\nINFO end\nERROR net\n")

with open("log.txt") as handle:
    lines = handle.readlines()

errors = []
for line in lines:  # may: filter-append
    if line.startswith("ERROR"):
        errors.append(line.split()[1])

handle = open("log.txt")
pairs = []
for line in handle:  # not: one-shot
    pairs.append((line, handle.readline()))
handle.close()

levels = [line.split()[0] for line in lines]  # may: comprehension

# === missing-values: fill forward against fill with a constant
readings = [1.5, None, None, 2.5, None, 4.0]
constant = []
for r in readings:  # may: append
    constant.append(0.0 if r is None else r)

forward = list(readings)
for i in range(1, len(forward)):  # not: recurrence
    if forward[i] is None:
        forward[i] = forward[i - 1]

n_missing = 0
for r in readings:  # may: reduction
    if r is None:
        n_missing += 1

first = None
for r in readings:  # not: search
    if r is None:
        first = "gap"
        break

all_known = all(r is not None for r in readings)  # may: argument
known = sorted(r for r in readings if r is not None)  # may: argument

# === basket: pairs that are bought together
from collections import Counter
from itertools import combinations

baskets = [["milk", "bread"], ["milk", "eggs", "bread"], ["eggs", "bread"], ["milk", "bread", "eggs"]]
pair_counts = Counter()
for basket in baskets:  # may: nested
    for pair in combinations(sorted(basket), 2):  # may: histogram
        pair_counts[pair] += 1

supports = {pair: n / len(baskets) for pair, n in pair_counts.items()}  # may: comprehension

frequent = []
for pair, n in pair_counts.items():  # may: filter-append
    if n >= 3:
        frequent.append(pair)

rules = []
for basket in baskets:  # not: grows
    if len(baskets) < 6:
        baskets.append(basket[:1])
    rules.append(len(basket))

# === confusion: a matrix of counts, and a score
import numpy as np

truth = [0, 1, 2, 2, 1, 0, 1]
guess = [0, 2, 2, 2, 1, 0, 0]
confusion = np.zeros((3, 3), dtype=int)
for t, g in zip(truth, guess):  # may: histogram
    confusion[t, g] += 1

recall = []
for k in range(3):  # may: append
    row = confusion[k]
    recall.append(row[k] / row.sum())

right = sum(t == g for t, g in zip(truth, guess))  # may: argument

streak = 0
longest = 0
for t, g in zip(truth, guess):  # not: carried
    if t == g:
        streak += 1
    else:
        streak = 0
    longest = max(longest, streak)

# === train-loop: gradient descent, and the predictions of its result
import numpy as np

x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
y = np.array([1.0, 3.1, 4.9, 7.2, 9.0])
w, b = 0.0, 0.0
losses = []
for epoch in range(5):  # not: time-step
    error = w * x + b - y
    w = w - 0.01 * np.mean(error * x)
    b = b - 0.01 * np.mean(error)
    losses.append(np.mean(error**2))

predictions = [w * value + b for value in x]  # may: comprehension
squared = 0.0
for value, wanted in zip(x, y):  # may: reduction
    residual = w * value + b - wanted
    squared += residual**2

rates = {}
for rate in [0.001, 0.01, 0.1]:  # may: nested
    slope = 0.0
    for epoch in range(10):  # not: recurrence
        slope = slope - rate * np.mean((slope * x - y) * x)
    rates[rate] = slope

# === tqdm-progress: the same loop with a progress bar
import math

from tqdm import tqdm

numbers = [3.0, 8.0, 2.0, 5.0]
roots = []
for value in tqdm(numbers, disable=True):  # may: append
    roots.append(math.sqrt(value))

smooth = []
level = numbers[0]
for value in tqdm(numbers, disable=True):  # not: recurrence
    level = 0.8 * level + 0.2 * value
    smooth.append(level)

# === collect-stats: a class that only computes, one that counts its calls
class Scaler:
    def __init__(self, low, high):
        self.low = low
        self.high = high

    def scale(self, value):
        return (value - self.low) / (self.high - self.low)


class CountingScaler(Scaler):
    def __init__(self, low, high):
        super().__init__(low, high)
        self.calls = 0

    def scale(self, value):
        self.calls += 1
        return super().scale(value)


values = [1.0, 2.0, 4.0, 8.0]
plain, counting = Scaler(0.0, 10.0), CountingScaler(0.0, 10.0)
scaled = []
for v in values:  # may: append
    scaled.append(plain.scale(v))

counted = []
for v in values:  # not: class-state
    counted.append(counting.scale(v))

fresh = []
for v in values:  # may: append
    own = CountingScaler(0.0, v + 1)
    fresh.append(own.scale(v))

# === window-features: windows of a series against a window that is kept
from collections import deque

series = [3, 1, 4, 1, 5, 9, 2, 6]
averages = []
for i in range(len(series) - 2):  # may: append
    window = series[i : i + 3]
    averages.append(sum(window) / 3)

recent = deque(maxlen=3)
moving = []
for value in series:  # not: carried
    recent.append(value)
    moving.append(sum(recent) / len(recent))

diffs = []
for i in range(1, len(series)):  # may: append
    diffs.append(series[i] - series[i - 1])

previous = series[0]
diffs2 = []
for value in series[1:]:  # not: carried
    diffs2.append(value - previous)
    previous = value
