"""Run a program of the corpus and say what each loop is: ``python -m tests.corpus NAME...`` (all if none)."""

from __future__ import annotations

import argparse

from tests.corpus.cases import programs
from tests.corpus.oracle import OracleError, observe
from tests.corpus.verdicts import verdicts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="programs, or fields")
    names = parser.parse_args().names
    for program in programs():
        if names and program.name not in names and program.field not in names:
            continue
        print(f"{program.field}: {program.name}: {program.told}")
        for loop, verdict in verdicts(program).items():
            try:
                seen = observe(program.text, loop.line, loop.place)
                oracle = "may" if seen.may else f"not ({seen.why})"
            except OracleError as error:
                oracle = f"? ({error})"
            engine = (
                "nothing" if verdict is None else "may" if verdict.parallel else f"not ({verdict.reason})"
            )
            label = f"{'may' if loop.may else 'not'} ({loop.why})"
            print(f"  line {loop.line}: label {label}; oracle {oracle}; engine {engine}")


if __name__ == "__main__":
    main()
