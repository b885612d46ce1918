"""Ordered updates: what is redone in order after the loop, and what only looks like it."""

from __future__ import annotations

from tests.kernels.loops.marks import check


def test_sums_products_and_extremes_are_reductions():
    """``+=``, ``x = x + v``, ``*=``, min and max, ``and`` and ``or`` are redone in order."""
    check("""
        xs = [1, 2, 3]
        total = count = 0
        product, low, high, ok, text, items = 1, 9, 0, True, "", []
        for x in xs:  # may: reduction
            total += x**2
            product = product * x
            count += 1
            low = min(low, x)
            high = x if x > high else high
            ok = ok and x > 0
            text = text + str(x)
            items = items + [x]
        for x in xs:  # may: reduction
            if x > 1:
                total -= x
                total += 1
    """)


def test_a_total_that_is_looked_at_is_a_recurrence():
    """Once the loop reads what it sums up, the iterations need each other."""
    check("""
        xs = [1, 2, 3]
        total, peak, streak, h, out = 0, 0, 0, 1, []
        for x in xs:  # not: recurrence
            total += x
            out.append(total)
        for x in xs:  # not: recurrence
            peak = max(peak, x)
            out.append(peak - x)
        for x in xs:  # not: recurrence
            if x > 1:
                streak += 1
            else:
                streak = 0
        for x in xs:  # not: recurrence
            h = h * 31 + x
        for x in xs:  # not: recurrence
            total += x
            total *= 2
        for x in xs:  # not: recurrence
            total = x - total
        for x in xs:  # not: recurrence
            total += x * total
    """)


def test_the_best_and_what_goes_with_it():
    """One comparison that keeps the better value, with its index, is an arg-best; a running second is not."""
    check("""
        xs = [3, 1, 2]
        best, where, low, second = None, None, 9, 0
        for i, x in enumerate(xs):  # may: argbest
            if best is None or x > best:
                best, where = x, i
        for i, x in enumerate(xs):  # may: argbest
            if x > best:
                best = x
                where = i
            elif x < low:
                low = x
        for x in xs:  # not: recurrence
            if x > best:
                second = best
                best = x
        for x in xs:  # not: recurrence
            if x > best:
                best = x + 1
        records = []
        for x in xs:  # not: recurrence
            if x > best:
                best = x
                records.append(x)
    """)


def test_counters_and_groups_by_key():
    """All ways to write a counter or a grouping are the same ordered update."""
    check("""
        from collections import Counter, defaultdict
        words = ["a", "b", "a"]
        h, g, d, c = {}, {}, defaultdict(list), Counter()
        for w in words:  # may: histogram
            h[w] = h.get(w, 0) + 1
        for a, b in zip(words, words[1:]):  # may: histogram
            h[(a, b)] = h.get((a, b), 0) + 1
        for w in words:  # may: histogram
            if w in h:
                h[w] += 1
            else:
                h[w] = 1
        for w in words:  # may: histogram
            if w not in g:
                g[w] = []
            g[w].append(len(w))
        for w in words:  # may: histogram
            try:
                h[w] += 1
            except KeyError:
                h[w] = 1
        for w in words:  # may: histogram
            d[w].append(1)
            c[w] += 1
        for w in words:  # may: histogram
            g.setdefault(w, []).append(w)
    """)


def test_a_cache_or_a_seen_set_is_no_counter():
    """Where what is written decides what happens next, order matters."""
    check("""
        words, seen, out, cache, h = ["a", "b"], set(), [], {}, {}
        for w in words:  # not: recurrence
            if w not in seen:
                seen.add(w)
                out.append(w)
        for w in words:  # not
            if w not in cache:
                cache[w] = len(w)
            out.append(cache[w])
        for w in words:  # not: first-wins
            if w not in cache:
                cache[w] = len(w)
        for w in words:  # not: recurrence
            h[w] = h.get(w, 0) + len(h)
        for w in words:  # not: recurrence
            h[w] = h.get("total", 0) + 1
    """)


def test_min_must_be_the_builtin():
    """A function of the user's that is called ``max`` may remember its calls."""
    check("""
        log = []
        def max(a, b):
            log.append(a)
            return len(log)
        m = 0
        for x in [1, 2]:  # not
            m = max(m, x)
    """)
