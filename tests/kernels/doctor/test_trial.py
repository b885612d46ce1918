"""The tiny job: its script, and reading what it said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.jobs import planned_job
from funicular.doctor.trial import MARK, SCRIPT, command, parse_log
from funicular.schedulers import slurm_text
from funicular.sites.request import Plan

PLAN = Plan(1, 1, 10**9, 0, 300, "cpu", "physics", 1, 1, (), 0.1)


def run(*arguments: str) -> dict[str, str]:
    command = ["/bin/sh", "-c", SCRIPT, MARK, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return parse_log(done.stdout)[0]


def test_it_says_all_without_python_and_home(tmp_path: Path) -> None:
    """On a node where neither is to be seen the script still speaks to its end."""
    said = run(str(tmp_path / "python"), str(tmp_path / "errand"), str(tmp_path / "home"))

    assert (said["python"], said["home"], said["errand"], said["end"]) == ("no", "no", "no", "yes")
    assert said["machine"] and said["host"] and said["time"].isdecimal()


def test_a_python_that_fails_does_not_stop_it(tmp_path: Path) -> None:
    """Its exit code is said."""
    said = run("/bin/false", str(tmp_path), str(tmp_path))

    assert (said["python"], said["code"], said["end"]) == ("yes", "1", "yes")


def test_names_with_anything_in_them_stay_arguments(tmp_path: Path) -> None:
    """A home folder with quotes, blanks and commands in its name runs nothing, through Slurm's script too."""
    home = tmp_path / "it's; touch pwned $(touch pwned) `touch pwned`"
    home.mkdir()
    spec = planned_job(
        PLAN,
        name="funicular-doctor-b1.00aa",
        command=command(sys.executable, home, str(home)),
        folder=home,
        defaults=SiteDefaults(),
    )
    script = slurm_text.script(spec).replace("exec srun", "exec shim")
    shim = tmp_path / "shim"
    shim.write_text('#!/bin/sh\nwhile [ "$1" != /bin/sh ]; do shift; done\nexec "$@"\n')
    shim.chmod(0o755)
    done = subprocess.run(
        ["/bin/bash"],
        input=script,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        timeout=60,
        check=False,
    )

    said = parse_log(done.stdout)[0]
    assert (said["home"], said["errand"]) == ("yes", "no"), done.stderr
    assert not list(tmp_path.glob("pwned")) and not list(home.glob("pwned"))


def test_a_greeting_and_broken_lines_are_words() -> None:
    """What a site prints into each job is kept apart; half a line of facts is no facts."""
    text = f'Welcome to n1!\n{MARK} host n1\n{MARK} facts {{"facts": {{}}\nTraceback\n{MARK} end yes\n'
    said, answer, words = parse_log(text)

    assert said == {"host": "n1", "end": "yes"}
    assert answer == {}
    assert words.startswith("Welcome to n1!") and words.endswith("Traceback")


def test_facts_are_read() -> None:
    """The line of the probes."""
    assert parse_log(f'{MARK} facts {{"facts": {{"clock": 1}}}}')[1] == {"facts": {"clock": 1}}
