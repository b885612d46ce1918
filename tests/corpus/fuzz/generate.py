"""Writes a random program: parts that remember or not, then loops over them.

The same seed gives the same program. Most loops keep what they write and what they read apart, so that a good
part of them may run in parallel; the others are near-misses of these.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.corpus.fuzz.parts import (
    ALIASES,
    CLASSES,
    DATA,
    IMPURE,
    LIST_HELPERS,
    MATRICES,
    PURE,
    ROWS,
    SHADOWS,
    VIEWS,
)


class Writer:
    """Writes one program. names: the variables that hold lists, arrays, dicts, sets and functions."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lists = ["a", "b", "u", "c"]
        self.arrays = ["v", "w", "w2"]
        self.tables = ["m", "z", "y"]
        self.functions: list[str] = []
        self.lines: list[str] = []
        self.fresh = 0

    def pick(self, options: Sequence[str]) -> str:
        return self.chance.choice(options)

    def is_rare(self, share: float) -> bool:
        return self.chance.random() < share

    def program(self) -> str:
        self.lines = DATA.format(rows=self.pick(ROWS)).splitlines()
        self.lines += [
            f"c = {self.pick(ALIASES)}",
            f"w = {self.pick(VIEWS)}",
            f"w2 = {self.pick(VIEWS)}",
            f"y = {self.pick(MATRICES)}",
        ]
        share = self.pick(["0.0", "0.15", "0.5"])
        for name in ("f", "g", "k"):
            made = self.pick(IMPURE) if self.is_rare(float(share)) else self.pick(PURE)
            self.lines += made.format(f=name).splitlines()
            self.functions.append(name)
        self.lines += self.pick(LIST_HELPERS).splitlines()
        self.lines += [*self.pick(CLASSES[:1] * 3 + CLASSES).splitlines(), "thing = Thing(2)"]
        if self.is_rare(0.12):
            self.lines += self.pick(SHADOWS).splitlines()
        for _ in range(self.chance.randint(1, 3)):
            if self.is_rare(0.2):
                self.comprehension()
            elif self.is_rare(0.15):
                self.in_function()
            else:
                self.loop("")
        return "\n".join(self.lines) + "\n"

    # --- loops

    def header(self, scope: Scope) -> str:
        form = self.chance.randint(0, 15)
        xs = self.pick(scope.reads)
        if form <= 3:
            scope.index, low, high = "i", self.pick(["0", "1"]), self.pick(["n", "n - 1", "n", "len(a)"])
            scope.vars = ["i"]
            return self.pick(
                [f"i in range({low}, {high})", "i in range(n)", "i in range(0, n, 2)", "i in range(n // 2)"]
            )
        if form <= 5:
            scope.index, scope.vars = "i", ["i", "x"]
            return f"i, x in enumerate({xs})"
        if form <= 8:
            scope.vars = ["x"]
            walked = self.pick(
                [xs, xs, f"list({xs})", f"sorted({xs})", f"{xs}[1:]", f"reversed({xs})", f"ident({xs})"]
            )
            return f"x in {walked}"
        if form == 9:
            scope.vars = ["x", "x2"]
            return f"x, x2 in zip({xs}, {self.pick(scope.reads)})"
        if form == 10:
            scope.vars, scope.key = ["x"], "key"
            return self.pick(["key, x in d.items()", "key, x in zip(keys, a)", "key, x in list(d.items())"])
        if form == 11:
            scope.index, scope.vars, scope.key = "i", ["i"], "key"
            return "i, key in enumerate(keys)"
        if form == 12:
            scope.key, scope.vars = "key", ["len(key)"]
            return "key in words"
        if form == 13:
            scope.vars = ["x"]
            return self.pick(["x in it", "x in (q * 2 for q in a)", "x in map(f, a)", "x in iter(b)"])
        if form == 14:
            scope.index, scope.vars = "i", ["i"]
            return self.pick(["i in a", "i in [0, 2, 1, 3, 5]", "i in {1, 3, 2}", "i in reversed(range(n))"])
        scope.vars, scope.rows = ["row[0]", "row[1]"], True
        return f"row in {self.pick(self.tables)}"

    def loop(self, indent: str, is_function: bool = False) -> None:
        scope = self.scope()
        self.lines.append(f"{indent}for {self.header(scope)}:")
        self.body(scope, indent + "    ", self.chance.choice([1, 1, 2, 2, 3]))
        if self.is_rare(0.04):
            self.lines += [
                f"{indent}else:",
                f"{indent}    count += 1" if not is_function else f"{indent}    pass",
            ]

    def scope(self) -> Scope:
        written = self.chance.sample([*self.lists, *self.arrays, *self.tables], 2)
        reads = [name for name in [*self.lists, *self.arrays] if name not in written]
        if self.is_rare(0.3):
            reads.append(self.pick(written))
        return Scope(written, reads)

    def in_function(self) -> None:
        name = f"work{len(self.lines)}"
        self.lines.append(f"def {name}(a, b, u, out):")
        if self.is_rare(0.5):
            self.lines.append("    out = []")
        self.lines.append("    total, best, where, prev = 0, -1, None, 1")
        self.lines.append("    text, count = '', 0")
        self.loop("    ", is_function=True)
        self.lines.append("    return out, total")
        lists = ["a", "b", "u", "c", "out", "out2", "a[:]", "[0] * 6"]
        given = ", ".join(self.pick(lists) for _ in range(4))
        self.lines.append(f"res{len(self.lines)} = {name}({given})")

    def comprehension(self) -> None:
        scope = self.scope()
        head = self.header(scope)
        value = self.expression(scope, 2)
        test = f" if {self.condition(scope)}" if self.is_rare(0.3) else ""
        made = self.pick(
            [
                f"[{value} for {head}{test}]",
                f"[{value} for {head}{test}]",
                f"{{{value} for {head}{test}}}",
                f"{{{scope.vars[0]}: {value} for {head}{test}}}",
                f"sum({value} for {head}{test})",
                f"any({value} > 3 for {head}{test})",
                f"sorted({value} for {head}{test})",
                f"[[{value} for j in range(2)] for {head}{test}]",
                f"[out.append({value}) for {head}]",
            ]
        )
        self.lines.append(f"made{len(self.lines)} = {made}")

    # --- statements

    def body(self, scope: Scope, indent: str, size: int, depth: int = 0) -> None:
        if scope.rows and self.is_rare(0.1):
            self.lines.append(f"{indent}row[0] = {self.expression(scope, 1)}")
        for _ in range(size):
            self.statement(scope, indent, depth)

    def slot(self, scope: Scope) -> str:
        name = self.pick(scope.written)
        if name in self.tables:
            first = self.index(scope)
            return f"{name}[{first}][{self.pick(['0', '1', scope.inner or '2'])}]"
        return f"{name}[{self.index(scope)}]"

    def index(self, scope: Scope) -> str:
        if scope.index is None:
            return self.pick(["0", "int(x) % n", "-1"]) if "x" in scope.vars else "0"
        i = scope.index
        usual = [i, i, i, i]
        odd = [
            f"({i} + 1) % n",
            f"{i} - 1",
            f"n - 1 - {i}",
            f"{i} // 2",
            "0",
            "-1",
            f"a[{i}] % n",
            f"({i} + 2) % n",
        ]
        return self.pick(usual if self.is_rare(0.75) else odd) + ""

    def statement(self, scope: Scope, indent: str, depth: int) -> None:
        value = self.expression(scope, 2)
        key = scope.key or (f"{scope.vars[0]}" if self.is_rare(0.7) else f"int({value}) % 3")
        form = self.chance.randint(0, 33)
        match form:
            case 0 | 1 | 2 | 3:
                line = f"{scope.out}.append({value})"
            case 4 | 5 | 6:
                line = f"{self.slot(scope)} = {value}"
            case 7:
                line = f"{self.slot(scope)} += {value}"
            case 8 | 9:
                scope.fresh += 1
                line = f"t{scope.fresh} = {value}"
                scope.later.append(f"t{scope.fresh}")
            case 10 | 11:
                line = f"total += {value}"
            case 12:
                line = self.pick(
                    [f"total = max(total, {value})", f"total = total + {value}", f"total = {value} - total"]
                )
            case 13:
                line = f"e[{key}] = {value}"
            case 14:
                line = self.pick(
                    [f"h[{key}] += 1", f"h[{key}] += {value}", f"e[{key}] = e.get({key}, 0) + {value}"]
                )
            case 15:
                line = self.pick(
                    [f"groups[{key}].append({value})", f"e.setdefault({key}, []).append({value})"]
                )
            case 16:
                line = self.pick([f"s.add({value})", f"s.discard({value})", f"s.add({key})"])
            case 17 | 18 | 19 if depth < 2:
                self.lines.append(f"{indent}if {self.condition(scope)}:")
                inner = scope.branch()
                self.body(inner, indent + "    ", 1, depth + 1)
                if self.is_rare(0.3):
                    self.lines.append(f"{indent}else:")
                    self.body(scope.branch(), indent + "    ", 1, depth + 1)
                return
            case 20:
                self.lines.append(f"{indent}if {value} > best:")
                self.lines.append(f"{indent}    best = {value}")
                if self.is_rare(0.6):
                    self.lines.append(f"{indent}    where = {self.pick(scope.vars)}")
                return
            case 21:
                jump = self.pick(["continue", "continue", "break"])
                self.lines += [f"{indent}if {self.condition(scope)}:", f"{indent}    {jump}"]
                return
            case 22:
                line = self.pick(
                    [f"prev = {value}", f"out.append({value} - prev)", f"count = count + {value}"]
                )
            case 23:
                line = self.pick(
                    [f"{self.pick(self.functions)}({value})", f"thing.go({value})", f"log.append({value})"]
                )
            case 24 | 25 if depth < 2 and scope.inner is None:
                inner = scope.branch()
                inner.inner = "j"
                inner.vars = [*inner.vars, "j"]
                self.lines.append(f"{indent}for j in {self.pick(['range(3)', 'range(2)', '[0, 2]'])}:")
                self.body(inner, indent + "    ", self.chance.choice([1, 1, 2]), depth + 1)
                return
            case 26:
                scope.fresh += 1
                name = f"t{scope.fresh}"
                made = self.pick(
                    [f"[{value}]", f"list({self.pick(scope.reads)})", f"ident({self.pick(scope.reads)})"]
                )
                self.lines.append(f"{indent}{name} = {made}")
                line = self.pick(
                    [f"{name}[0] = {value}", f"{name}[0] += 1", f"{scope.out}.append({name}[0])"]
                )
            case 27:
                line = f"text += str({value})"
            case 28:
                line = self.pick(
                    [
                        f"{scope.out} += [{value}]",
                        f"{scope.out}.insert(0, {value})",
                        f"{scope.out}.extend([{value}, 1])",
                    ]
                )
            case 29 if self.is_rare(0.5):
                line = self.pick(
                    [f"d[{scope.key!s}] = {value}" if scope.key else f"u[0] = {value}", f"a.append({value})"]
                )
            case 30 if len(scope.vars) > 1 and scope.vars[1] == "x2":
                line = "x, x2 = x2, x"
            case 31 if scope.index and self.is_rare(0.6):
                name = self.pick(["v", "w", "z"])
                line = self.pick(
                    [
                        f"{name}[{scope.index}:] = {value}",
                        f"{name}[{scope.index}] = {name}[{scope.index}] * 2",
                    ]
                )
            case 32 if self.is_rare(0.4):
                line = self.pick(["print(total)", f"thing.by = {value}", "out.pop()", f"Thing({value})"])
            case _:
                line = f"{scope.out}.append({value})"
        self.lines.append(indent + line)
        scope.temps += scope.later
        scope.later = []

    # --- expressions

    def condition(self, scope: Scope) -> str:
        value = self.expression(scope, 1)
        options = [f"{value} > 3", f"{value} % 2 == 0", f"{value} < {self.expression(scope, 1)}"] * 3
        return self.pick([*options, f"{value} not in s", f"{value} in e", f"len({scope.out}) < 3"])

    def expression(self, scope: Scope, depth: int) -> str:
        if depth == 0 or self.is_rare(0.3):
            return self.atom(scope)
        one, two = self.expression(scope, depth - 1), self.atom(scope)
        usual = [
            f"{one} + {two}",
            f"({one}) * 2",
            f"{self.pick(self.functions)}({one})",
            f"{self.pick(self.functions)}({one})",
            f"max({one}, {two})",
            f"abs({one} - {two})",
            f"thing.go({one})",
            f"({one} if {two} > 2 else {two})",
        ]
        odd = [
            f"sum({self.pick(scope.reads)})",
            f"sum(q * 2 for q in {self.pick(scope.reads)})",
            f"len([q for q in {self.pick(scope.reads)} if q > {one}])",
            f"Thing({one}).go({two})",
            f"thing.size + {one}",
            f"ident({self.pick(scope.reads)})[0] + {one}",
            f"sorted({self.pick(scope.reads)})[0]",
            f"int({one}) % 4",
            f"(lambda q: q + {two})({one})",
        ]
        return self.pick(usual if self.is_rare(0.7) else odd)

    def atom(self, scope: Scope) -> str:
        if self.is_rare(0.55):
            return self.pick([*scope.vars, *scope.temps])
        if self.is_rare(0.5):
            name = self.pick(scope.reads)
            return f"{name}[{self.index(scope)}]"
        if self.is_rare(0.12):
            return self.pick(
                ["prev", "total", f"len({scope.out})", "best", f"{scope.out}[-1]", "h[1]", "count", "u[0]"]
            )
        if self.is_rare(0.15):
            return self.pick(
                [f"m[{scope.index or 0}][1]", f"z[{scope.index or 0}, 1]", "d['q']", "e.get(1, 0)", "y[0][0]"]
            )
        return self.pick(["1", "2", "3", "0.5", "n"])


class Scope:
    """What a loop's statements may use. written, reads: containers; vars: numbers; index: an int in 0..5."""

    def __init__(self, written: list[str], reads: list[str]) -> None:
        self.written, self.reads = written, reads
        self.vars: list[str] = ["1"]
        self.temps: list[str] = []
        self.later: list[str] = []
        self.index: str | None = None
        self.inner: str | None = None
        self.key: str | None = None
        self.rows = False
        self.fresh = 0
        self.out = "out"

    def branch(self) -> Scope:
        """The same, for a branch: its temporaries are not known after it."""
        other = Scope(self.written, self.reads)
        other.__dict__.update(self.__dict__)
        other.vars, other.temps, other.later = list(self.vars), list(self.temps), []
        other.fresh = self.fresh + 10
        return other


def program(seed: int) -> str:
    """The random program of this seed."""
    return Writer(seed).program()
