"""What a loop walks over, and what each turn gets from it."""

from __future__ import annotations

from tests.kernels.loops.marks import check


def test_positions_are_known_through_enumerate_zip_slices_and_reversed():
    """An element taken from the list that is written is the element at this position."""
    check("""
        a, b = [1, 2, 3], [4, 5, 6]
        for i, x in enumerate(a):  # may
            a[i] = x * 2
        for i, (x, y) in enumerate(zip(a, b)):  # may
            a[i] = x * y
        for i, x in enumerate(a, 1):  # not: indirect-write
            a[i % 3] = x
        for i, x in enumerate(a[1:]):  # may
            b[i] = x
        for x in a:  # not
            a[0] = x
        for k, v in zip(range(3), a):  # may
            a[k] = v + 1
        for k, v in zip(range(1, 3), a):  # not: recurrence
            a[k] = v + 1
    """)


def test_keys_of_dicts_sets_and_columns_are_distinct():
    """A key that comes from the dict itself comes once."""
    check("""
        import pandas as pd
        d = {"a": 1, "b": 2}
        df = pd.DataFrame({"x": [1], "y": [2]})
        for k in d:  # may
            d[k] = d[k] * 2
        for k, v in d.items():  # may
            d[k] = v + 1
        for k in d:  # not: recurrence
            d[k] = d["a"] + 1
        for c in df.columns:  # may
            df[c] = df[c] - df[c].mean()
        for c in ["x", "y"]:  # may
            df[c + "_z"] = df[c] / df[c].std()
            df[f"{c}_log"] = df[c] + 1
        for c in df.columns:  # not: recurrence
            df[c] = df[c] - df["x"]
        n = {1: 1, 2: 2}
        for k in n:  # not: recurrence
            n[k] = n.get(k - 1, 0) + k
        names = ["a", "a"]
        for n in names:  # not: recurrence
            d[n] = d[n] ** 2
        for n in names:  # may: dict
            d[n] = len(n)
    """)


def test_rows_of_tables():
    """Row by row is fine; the row before is not."""
    check("""
        import pandas as pd
        df = pd.DataFrame({"a": [1, 2]})
        for i, row in df.iterrows():  # may
            df.loc[i, "b"] = row["a"] * 2
        for i in range(len(df)):  # may
            df.at[i, "c"] = df.at[i, "a"] ** 2
        for i in range(1, len(df)):  # not: recurrence
            df.loc[i, "s"] = df.loc[i - 1, "s"] + df.loc[i, "a"]
        for i in range(1, len(df)):  # may
            df.loc[i, "step"] = df.loc[i, "a"] - df.loc[i - 1, "a"]
        out = []
        for row in df.itertuples():  # may: append
            out.append(row.a + 1)
        for name, group in df.groupby("a"):  # may: append
            out.append(group["b"].sum())
    """)


def test_what_can_be_walked_once_is_held():
    """Files, readers, generators, ``iter`` and ``map`` give each element to one walker only."""
    check("""
        import csv
        out = []
        with open("f") as f:
            for line in f:  # not: one-shot-iterator
                out.append(line)
        reader = csv.reader(open("f"))
        for row in reader:  # not: one-shot-iterator
            out.append(row)
        it = iter([1, 2])
        for x in it:  # not: one-shot-iterator
            out.append(x)
        for x in map(int, ["1"]):  # not: one-shot-iterator
            out.append(x)
        pairs = zip([1], [2])
        for x in pairs:  # not: one-shot-iterator
            out.append(x)
        for i in range(2):  # not: one-shot-iterator
            out.append(next(it))
        def gen():
            yield 1
        for x in gen():  # not: one-shot-iterator
            out.append(x)
        for x in list(gen()):  # may: append
            out.append(x)
        for line in open("f").read().splitlines():  # may: append
            out.append(line.strip())
    """)


def test_what_grows_or_shrinks_while_it_is_walked_is_held():
    """Unless the loop walks over a copy that was made before."""
    check("""
        todo, d, other = [1, 2], {1: 1}, []
        for x in todo:  # not: grows-iterated
            todo.append(x)
        for x in list(todo):  # may
            todo.append(x)
        for x in todo[:]:  # may
            todo.append(x)
        for x in todo:  # not
            todo.remove(x)
        for k in d:  # not
            del d[k]
        for k in list(d):  # may
            if d[k] > 1:
                del d[k]
        for i in range(2):  # not
            del todo[i]
    """)


def test_progress_bars_and_products():
    """``tqdm`` and ``itertools.product`` change nothing about what is walked; ``count`` never ends."""
    check("""
        import itertools
        from tqdm import tqdm, trange
        import numpy as np
        out, grid = [], np.zeros((2, 3))
        for x in tqdm([1, 2], desc="x"):  # may: append
            out.append(x)
        for i in trange(2):  # may
            grid[i, 0] = i
        for i, j in itertools.product(range(2), range(3)):  # may
            grid[i, j] = i * j
        for i, j in np.ndindex(*grid.shape):  # may
            grid[i, j] = i + j
        for i in itertools.count():  # not
            out.append(i)
    """)
