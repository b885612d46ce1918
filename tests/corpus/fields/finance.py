# Prices, portfolios, interest and orders: programs as newcomers to finance write them.

# === compound: interest year by year, and for many rates
balance = 1000.0
balances = []
for year in range(5):  # not: recurrence
    balance = balance * 1.05 + 20
    balances.append(round(balance, 2))

rates = [0.01, 0.02, 0.05]
finals = {}
for rate in rates:  # may: dict
    finals[rate] = 1000 * (1 + rate) ** 10

plans = []
for rate in rates:  # may: nested
    b = 1000.0
    for year in range(5):  # not: recurrence
        b = b * (1 + rate) + 20
    plans.append(b)

growth = 1.0
for r in [0.1, -0.05, 0.2]:  # may: reduction
    growth *= 1 + r

schedule = []
debt = 900.0
while debt > 0:
    schedule.append(debt)
    debt -= 300
paid = [900.0 - d for d in schedule]  # may: comprehension

# === moving-average: by windows, and exponential
prices = [10.0, 10.5, 10.2, 11.0, 11.4, 11.1, 12.0, 11.7]
window = 3
averages = []
for i in range(window, len(prices) + 1):  # may: append
    averages.append(sum(prices[i - window : i]) / window)

alpha = 0.3
ema = [prices[0]]
for price in prices[1:]:  # not: recurrence
    ema.append(alpha * price + (1 - alpha) * ema[-1])

returns = []
for today, before in zip(prices[1:], prices):  # may: append
    returns.append(today / before - 1)

running_max = prices[0]
drawdowns = []
for price in prices:  # not: reads-total
    running_max = max(running_max, price)
    drawdowns.append(price / running_max - 1)

worst = min(drawdowns)
worst_day, worst_return = -1, 1.0
for day, r in enumerate(returns):  # may: argbest
    if r < worst_return:
        worst_return = r
        worst_day = day

# === portfolio: weights, values by holding, a cash box
holdings = {"ABC": 10, "XYZ": 4, "QRS": 7}
prices = {"ABC": 12.5, "XYZ": 80.0, "QRS": 31.0}
values = {}
for ticker, amount in holdings.items():  # may: dict
    values[ticker] = amount * prices[ticker]

total = 0.0
for ticker in holdings:  # may: reduction
    total += holdings[ticker] * prices[ticker]

weights = {ticker: value / total for ticker, value in values.items()}  # may: comprehension

cash = 500.0
bought = []
for ticker, price in prices.items():  # not: recurrence
    n = int(cash // price)
    cash -= n * price
    bought.append((ticker, n))

affordable = []
for ticker, price in prices.items():  # may: append
    affordable.append((ticker, int(500.0 // price)))

for ticker in list(holdings):  # not: reads-total
    if len(holdings) > 1:
        del holdings[ticker]

# === account: a class that keeps a balance, and one that does not
class Account:
    def __init__(self, owner, balance=0.0):
        self.owner = owner
        self.balance = balance
        self.history = []

    def deposit(self, amount):
        self.balance += amount
        self.history.append(amount)
        return self.balance

    def after_interest(self, rate):
        return self.balance * (1 + rate)


account = Account("ada", 100.0)
seen = []
for amount in [10.0, 20.0, 5.0]:  # not: class-state
    seen.append(account.deposit(amount))

what_if = []
for rate in [0.01, 0.02, 0.03]:  # may: append
    what_if.append(account.after_interest(rate))

opened = []
for owner in ["ben", "cleo"]:  # may: append
    new = Account(owner)
    new.deposit(50.0)
    opened.append(new.balance)

for amount in [1.0, 2.0]:  # not: class-state
    account.deposit(amount)
    if account.balance > 136:
        account.history.append("rich")

# === black-scholes: prices of options over a grid
import math


def normal(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def call(spot, strike, years, rate, vol):
    d1 = (math.log(spot / strike) + (rate + vol**2 / 2) * years) / (vol * math.sqrt(years))
    d2 = d1 - vol * math.sqrt(years)
    return spot * normal(d1) - strike * math.exp(-rate * years) * normal(d2)


strikes = [80.0, 90.0, 100.0, 110.0]
curve = []
for strike in strikes:  # may: append
    curve.append(call(100.0, strike, 1.0, 0.02, 0.2))

surface = {}
for strike in strikes:  # may: nested
    for vol in (0.1, 0.2, 0.3):  # may: dict
        surface[strike, vol] = call(100.0, strike, 1.0, 0.02, vol)

target = 9.0
vol = 0.2
for _ in range(6):  # not: time-step
    price = call(100.0, 100.0, 1.0, 0.02, vol)
    vol = vol - (price - target) / 40

implied = None
for guess in (0.1, 0.2, 0.3, 0.4):  # not: search
    if call(100.0, 100.0, 1.0, 0.02, guess) > target:
        implied = guess
        break

# === paths: simulated prices from one stream, and from one stream each
import numpy as np

np.random.seed(7)
ends = []
for path in range(5):  # not: random-state
    z = np.random.standard_normal(10)
    ends.append(100 * np.exp(0.01 * z.sum()))

rng = np.random.default_rng(7)
for path in range(5):  # not: random-state
    ends[path] = 100 * np.exp(0.01 * rng.standard_normal(10).sum())

seeds = np.random.SeedSequence(7).spawn(5)
own = np.zeros(5)
for path in range(5):  # may: map
    stream = np.random.default_rng(seeds[path])
    own[path] = 100 * np.exp(0.01 * stream.standard_normal(10).sum())

noise = rng.standard_normal((5, 10))
ready = []
for path in range(5):  # may: append
    ready.append(100 * np.exp(0.01 * noise[path].sum()))

price_path = np.zeros(6)
price_path[0] = 100.0
for t in range(1, 6):  # not: recurrence
    price_path[t] = price_path[t - 1] * (1 + 0.01 * noise[0, t])

# === binomial-tree: backwards through the layers
strike, up, down, p = 100.0, 1.1, 0.9, 0.55
steps = 4
values = []
for k in range(steps + 1):  # may: append
    price = 100.0 * up**k * down ** (steps - k)
    values.append(max(price - strike, 0.0))

for step in range(steps):  # not: time-step
    values = [p * b + (1 - p) * a for a, b in zip(values, values[1:])]  # may: comprehension

layers = []
for k in range(3):  # may: nested
    layer = []
    for j in range(k + 1):  # may: append
        layer.append(up**j * down ** (k - j))
    layers.append(layer)

grid = [[0.0] * 4 for _ in range(4)]  # may: comprehension
for k in range(1, 4):  # not: recurrence
    for j in range(k + 1):  # may: map
        grid[k][j] = grid[k - 1][max(j - 1, 0)] + 1

# === orders: a queue that is emptied, matched and logged
orders = [("buy", 10, 5.0), ("sell", 4, 5.2), ("buy", 3, 5.1), ("sell", 9, 4.9)]
bought = [o for o in orders if o[0] == "buy"]  # may: comprehension

volume = {}
for side, amount, price in orders:  # may: histogram
    volume[side] = volume.get(side, 0) + amount * price

position = 0
positions = []
for side, amount, price in orders:  # not: reads-total
    position += amount if side == "buy" else -amount
    positions.append(position)

best_bid, best_ask = 0.0, 99.0
for side, amount, price in orders:  # may: reduction
    if side == "buy":
        best_bid = max(best_bid, price)
    else:
        best_ask = min(best_ask, price)

trades = []
book = []
for side, amount, price in orders:  # not: reads-total
    if side == "sell" and book:
        trades.append((book.pop(0), price))
    else:
        book.append(price)

for order in orders:  # not: output
    print("order", order)

queue = list(orders)
for order in queue:  # not: grows
    if order[1] > 8:
        queue.append((order[0], order[1] - 8, order[2]))

# === table-returns: pandas columns, row by row
import pandas as pd

frame = pd.DataFrame({"open": [10.0, 11.0, 12.0, 11.5], "close": [10.5, 11.2, 11.4, 12.0]})
changes = []
for _, row in frame.iterrows():  # may: rows
    changes.append((row["close"] - row["open"]) / row["open"])

signals = []
holding = False
for change in changes:  # not: carried
    if change > 0.02:
        holding = True
    elif change < 0:
        holding = False
    signals.append(holding)

frame["gap"] = 0.0
for i in range(1, len(frame)):  # may: rows
    frame.loc[i, "gap"] = frame.loc[i, "open"] - frame.loc[i - 1, "close"]

frame["total"] = frame["close"]
for i in range(1, len(frame)):  # not: recurrence
    frame.loc[i, "total"] = frame.loc[i - 1, "total"] * 1.01

by_column = {}
for name in frame.columns:  # may: dict
    by_column[name] = frame[name].mean()

# === tax: brackets by hand, a cache in a dict
brackets = [(10000, 0.1), (20000, 0.2), (50000, 0.3)]


def tax(income):
    owed, lower = 0.0, 0
    for upper, rate in brackets:  # not: carried
        owed += max(0, min(income, upper) - lower) * rate
        lower = upper
    return owed


incomes = [5000, 15000, 40000, 15000]
owed = [tax(income) for income in incomes]  # may: comprehension

cache = {}
hits = 0


def cached_tax(income):
    global hits
    if income in cache:
        hits += 1
    else:
        cache[income] = tax(income)
    return cache[income]


owed2 = [cached_tax(income) for income in incomes]  # not: global-state

total_tax = 0.0
for income in incomes:  # may: reduction
    total_tax += tax(income)

left = 60000
allowed = []
for income in incomes:  # not: recurrence
    take = min(income, left)
    left = left - take
    allowed.append(take)

# === budget: months of spending, and running totals
months = {"jan": [20, 35, 12], "feb": [15, 50], "mar": [80, 5, 5]}
sums = {}
for month, items in months.items():  # may: dict
    sums[month] = sum(items)

most, most_month = 0, ""
for month in sums:  # may: argbest
    if sums[month] > most:
        most, most_month = sums[month], month

saved = 0
ledger = {}
for month in months:  # not: reads-total
    saved += 100 - sums[month]
    ledger[month] = saved

over = set()
for month, items in months.items():  # may: nested
    for item in items:  # may: set
        if item > 30:
            over.add(month)

invoice = []
number = 100
for month in months:  # not: carried
    number += 1
    invoice.append(f"{number}-{month}")

invoice2 = []
for number, month in enumerate(months, start=101):  # may: append
    invoice2.append(f"{number}-{month}")
