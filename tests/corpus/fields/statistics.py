# Samples, tests, bootstraps and chains: programs as newcomers to statistics write them.

# === bootstrap: resampling from a shared generator, or from one for each
import random
import statistics

import numpy as np

data = [3.1, 4.7, 2.8, 5.9, 4.1, 3.6]
means = []
for _ in range(6):  # not: random-state
    sample = [random.choice(data) for _ in data]  # not: random-state
    means.append(statistics.mean(sample))

rng = np.random.default_rng(0)
medians = np.zeros(6)
for b in range(6):  # not: random-state
    medians[b] = np.median(rng.choice(data, size=len(data)))

own = []
for seed in range(6):  # may: append
    draw = np.random.default_rng(seed).choice(data, size=len(data))
    own.append(draw.mean())

picks = np.random.default_rng(1).integers(0, len(data), size=(6, len(data)))
array = np.array(data)
ready = np.empty(6)
for b in range(6):  # may: map
    ready[b] = array[picks[b]].mean()

jackknife = []
for i in range(len(data)):  # may: append
    rest = data[:i] + data[i + 1 :]
    jackknife.append(statistics.mean(rest))

random.seed(3)
reseeded = []
for k in range(4):  # not: random-state
    random.seed(k)
    reseeded.append(random.random())

# === moments: one pass, two passes, a running mean
import math

values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]
total = 0.0
squares = 0.0
for v in values:  # may: reduction
    total += v
    squares += v * v
mean = total / len(values)

variance = 0.0
for v in values:  # may: reduction
    variance += (v - mean) ** 2

running = 0.0
means = []
for n, v in enumerate(values, 1):  # not: recurrence
    running = running + (v - running) / n
    means.append(running)

m, s = 0.0, 0.0
for n, v in enumerate(values, 1):  # not: reads-total
    old = m
    m += (v - m) / n
    s += (v - old) * (v - m)

z_scores = [(v - mean) / math.sqrt(variance) for v in values]  # may: comprehension
geometric = math.prod(v for v in values)  # may: argument

low = high = values[0]
for v in values:  # may: reduction
    low = min(low, v)
    high = max(high, v)

low = values[-1]
span = 0.0
for v in values:  # not: carried
    low = min(low, v)
    span = max(span, v - low)

# === correlation: a matrix of pairs
import numpy as np

columns = np.array([[1.0, 2.0, 4.0, 3.0], [2.0, 1.0, 3.0, 5.0], [9.0, 7.0, 8.0, 1.0]])
k = len(columns)
r = np.eye(k)
for i in range(k):  # may: nested
    for j in range(k):  # may: map
        r[i, j] = np.corrcoef(columns[i], columns[j])[0, 1]

half = np.zeros((k, k))
for i in range(k):  # may: nested
    for j in range(i):  # may: map
        half[i, j] = np.dot(columns[i], columns[j])

pairs = {}
for i in range(k):  # may: nested
    for j in range(i + 1, k):  # may: dict
        pairs[i, j] = float(np.cov(columns[i], columns[j])[0, 1])

basis = columns.copy()
for i in range(k):  # not: recurrence
    for j in range(i):  # not: recurrence
        basis[i] -= basis[j] * np.dot(basis[i], basis[j]) / np.dot(basis[j], basis[j])

strongest, which = 0.0, None
for pair, value in pairs.items():  # may: argbest
    if abs(value) > strongest:
        strongest = abs(value)
        which = pair

# === histogram: bins by hand in four ways
import math

import numpy as np

sample = [0.1, 0.7, 1.4, 0.2, 2.9, 1.1, 0.3, 2.2]
bins = [0, 0, 0]
for x in sample:  # may: histogram
    bins[math.floor(x)] += 1

weights = np.zeros(3)
for x in sample:  # may: histogram
    weights[int(x)] += x

edges = [0.0, 1.0, 2.0, 3.0]
counts = []
for left, right in zip(edges[:-1], edges[1:]):  # may: append
    counts.append(sum(left <= x < right for x in sample))  # may: argument

cumulative = []
for i in range(len(counts)):  # may: append
    cumulative.append(sum(counts[: i + 1]))

cumulative2 = list(counts)
for i in range(1, len(cumulative2)):  # not: recurrence
    cumulative2[i] += cumulative2[i - 1]

full = []
limited = [0, 0, 0]
for x in sample:  # not: reads-total
    if limited[int(x)] < 2:
        limited[int(x)] += 1
    else:
        full.append(x)

# === markov-chain: states one after the other, powers, many starts
import numpy as np

p = np.array([[0.9, 0.1, 0.0], [0.2, 0.5, 0.3], [0.0, 0.4, 0.6]])
state = np.array([1.0, 0.0, 0.0])
for step in range(5):  # not: time-step
    state = state @ p

visits = []
here = 0
for u in [0.95, 0.3, 0.8, 0.1, 0.99]:  # not: recurrence
    here = int(np.searchsorted(np.cumsum(p[here]), u))
    visits.append(here)

ends = np.zeros((3, 3))
for start in range(3):  # may: nested
    row = np.eye(3)[start]
    for step in range(5):  # not: time-step
        row = row @ p
    ends[start] = row

powers = {n: np.linalg.matrix_power(p, n) for n in (1, 2, 3)}  # may: comprehension

matrix = np.zeros((3, 3))
for a, b in zip(visits, visits[1:]):  # may: histogram
    matrix[a, b] += 1

# === metropolis: a chain that must stay a chain, several chains that need not
import math
import random


def density(x):
    return math.exp(-x * x / 2)


def chain(seed, n=15):
    dice = random.Random(seed)
    x, kept = 0.0, []
    for _ in range(n):  # not: random-state
        proposal = x + dice.uniform(-1, 1)
        if dice.random() < density(proposal) / density(x):
            x = proposal
        kept.append(x)
    return kept


chains = []
for seed in range(3):  # may: append
    chains.append(chain(seed))

x = 0.0
accepted = 0
for u, v in [(0.5, 0.1), (-0.9, 0.9), (0.7, 0.2), (0.4, 0.99)]:  # not: carried
    if v < density(x + u) / density(x):
        x = x + u
        accepted += 1

means = {}
for number, one in enumerate(chains):  # may: dict
    means[number] = sum(one) / len(one)

# === permutation-test: shuffles in place, shuffles of a copy
import random

group = [1.1, 2.3, 3.0, 4.4, 5.1, 6.2]
observed = abs(sum(group[:3]) - sum(group[3:]))
extreme = 0
for _ in range(8):  # not: random-state
    random.shuffle(group)
    if abs(sum(group[:3]) - sum(group[3:])) >= observed:
        extreme += 1

extreme2 = 0
for seed in range(8):  # may: reduction
    mine = list(group)
    random.Random(seed).shuffle(mine)
    if abs(sum(mine[:3]) - sum(mine[3:])) >= observed:
        extreme2 += 1

rotated = []
for _ in range(4):  # not: recurrence
    group.append(group.pop(0))
    rotated.append(group[0])

rotated2 = []
for k in range(4):  # may: append
    turned = group[k:] + group[:k]
    rotated2.append(turned[0])

# === likelihood: a grid of parameters, and a climb
import math

from scipy import stats

observations = [1.2, 0.8, 1.9, 1.4, 0.6]
grid = [0.5, 1.0, 1.5, 2.0]
loglik = []
for mu in grid:  # may: append
    loglik.append(sum(stats.norm.logpdf(x, mu, 0.5) for x in observations))  # may: argument

best_mu, best = None, float("-inf")
for mu, value in zip(grid, loglik):  # may: argbest
    if value > best:
        best, best_mu = value, mu

surface = [[sum((x - m) ** 2 for x in observations) / s for s in (0.5, 1.0)] for m in grid]  # may: comprehension; may: argument; may: comprehension

mu = 0.0
trace = []
for step in range(5):  # not: time-step
    gradient = sum(x - mu for x in observations)  # may: argument
    mu = mu + 0.1 * gradient
    trace.append(mu)

prior = 0.5
posteriors = []
for x in observations:  # not: recurrence
    like = math.exp(-((x - 1) ** 2))
    prior = prior * like / (prior * like + (1 - prior) * 0.3)
    posteriors.append(prior)

alone = []
for x in observations:  # may: append
    like = math.exp(-((x - 1) ** 2))
    alone.append(0.5 * like / (0.5 * like + 0.5 * 0.3))

# === survey: answers by group, ranks, ties
answers = [("north", 3), ("south", 5), ("north", 4), ("east", 1), ("south", 2)]
by_region = {}
for region, score in answers:  # may: histogram
    if region not in by_region:
        by_region[region] = []
    by_region[region].append(score)

for region in by_region:  # not: output
    print(region, by_region[region])

averages = {region: sum(scores) / len(scores) for region, scores in by_region.items()}  # may: comprehension

ordered = sorted(score for _, score in answers)  # may: argument
ranks = {}
for place, score in enumerate(ordered, 1):  # may: dict
    ranks[score] = place

gaps = []
last = None
for score in ordered:  # not: carried
    if last is not None:
        gaps.append(score - last)
    last = score

latest = {}
for region, score in answers:  # may: last-wins
    latest[region] = score

earliest = {}
for region, score in answers:  # not: order-of-keys
    if region not in earliest:
        earliest[region] = score * len(earliest)

# === sequences: series summed until they no longer change
terms = []
for k in range(8):  # may: append
    terms.append((-1) ** k / (2 * k + 1))

pi = 0.0
for k in range(8):  # not: search
    term = 4 * (-1) ** k / (2 * k + 1)
    if abs(term) < 0.4:
        break
    pi += term

fib = [1, 1]
for _ in range(6):  # not: recurrence
    fib.append(fib[-1] + fib[-2])

factorial = 1
table = []
for n in range(1, 7):  # not: reads-total
    factorial *= n
    table.append(factorial)

primes = []
for n in range(2, 20):  # not: reads-total
    if all(n % p for p in primes):  # may: argument
        primes.append(n)

primes2 = []
for n in range(2, 20):  # may: filter-append
    if all(n % d for d in range(2, n)):  # may: argument
        primes2.append(n)

flags = [True] * 20
for n in range(2, 20):  # not: recurrence
    if flags[n]:
        for multiple in range(2 * n, 20, n):  # may: map
            flags[multiple] = False

collatz = {}
for start in range(1, 6):  # may: nested
    n, steps = start, 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    collatz[start] = steps
