"""Whole-number polynomials over names: what a subscript is in terms of the loop's position and of sizes."""

from __future__ import annotations

from dataclasses import dataclass

Monomial = tuple[str, ...]  # names, sorted; () is the constant


@dataclass(frozen=True, slots=True)
class Poly:
    """A sum of whole multiples of products of names, such as ``2*i + n - 1``."""

    terms: frozenset[tuple[Monomial, int]]

    def __add__(self, other: Poly) -> Poly:
        return _collect([*self.terms, *other.terms])

    def __neg__(self) -> Poly:
        return _collect([(names, -times) for names, times in self.terms])

    def __sub__(self, other: Poly) -> Poly:
        return self + -other

    def __mul__(self, other: Poly) -> Poly:
        return _collect(
            [
                (tuple(sorted(names + others)), times * factor)
                for names, times in self.terms
                for others, factor in other.terms
            ]
        )

    @property
    def number(self) -> int | None:
        """Its value when no name is in it."""
        if not self.terms:
            return 0
        (names, times), *more = self.terms
        return times if not names and not more else None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for names, _ in self.terms for name in names)

    def split(self, name: str) -> tuple[Poly, Poly] | None:
        """(factor of ``name``, the rest); None when ``name`` stands in a square or higher power."""
        factor, rest = [], []
        for names, times in self.terms:
            if names.count(name) > 1:
                return None
            if name in names:
                factor.append((tuple(one for one in names if one != name), times))
            else:
                rest.append((names, times))
        return _collect(factor), _collect(rest)

    def never_negative(self) -> bool:
        """True if it is at least 0 whenever no name in it is negative, as sizes and counts never are.

        ``n // 2`` is a name of its own; here it is taken for at most ``n / 2``.
        """
        bounded = constant(0)
        for names, times in self.terms:
            bounded += Poly(frozenset({(names, times)}))
            if len(names) == 1 and times < 0:
                whole, _, divisor = names[0].rpartition(" // ")
                if divisor.isdigit() and int(divisor) > 0 and times % int(divisor) == 0:
                    bounded += Poly(frozenset({(names, -times), ((whole,), times // int(divisor))}))
        return all(times >= 0 for _, times in bounded.terms)


def constant(value: int) -> Poly:
    return _collect([((), value)])


def symbol(name: str) -> Poly:
    return _collect([((name,), 1)])


def _collect(terms: list[tuple[Monomial, int]]) -> Poly:
    sums: dict[Monomial, int] = {}
    for names, times in terms:
        sums[names] = sums.get(names, 0) + times
    return Poly(frozenset((names, times) for names, times in sums.items() if times))
