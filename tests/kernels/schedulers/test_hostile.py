"""Nothing that a person can choose becomes a line of a job's script, with any scheduler there is.

The scripts are run by a real shell in which the launcher is a function that prints its words.
"""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funicular.schedulers import catalogue
from funicular.schedulers.base import Asking, JobSpec, ShowsScripts, SubmitRefused
from funicular.schedulers.local import LocalScheduler
from tests.kernels.schedulers.conftest import ended

CANARY = "canary"  # a file that exists only if something was run
RUN = f"touch {CANARY}"
PARTS = [
    RUN,
    "\n",
    "\r",
    "\x0b",
    "\x85",
    "\u2028",
    ";",
    "'",
    '"',
    f"$({RUN})",
    f"`{RUN}`",
    f"\n{RUN}\n",
    f"'\n{RUN}\n'",
    f";{RUN};",
    "\\",
    "\n#SBATCH --wrap=x",
    "\n#$ -N x",
    " --wrap=",
    "-",
    "#",
    "é",
    "%j",
    "${HOME}",
]
hostile = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=5)), min_size=1, max_size=4).map(
    "".join
)
WITHOUT_LAUNCHER = (
    'exec() {\n  while [ "$1" != begin ]; do shift; done\n  printf "%s\\0" "$@"\n}\ncd() { :; }\n'
)


@st.composite
def specs(draw) -> JobSpec:
    """A job with something hostile in one or two places."""
    harmless = JobSpec("job", ("begin", "a word"), Path("/tmp/log"), queue="cpu", account="a", nodes=2)
    changes = {
        "name": hostile,
        "queue": hostile,
        "account": hostile,
        "log": hostile.map(lambda text: Path("/tmp") / text),
        "working_directory": hostile.map(lambda text: Path("/tmp") / text),
        "command": hostile.map(lambda text: ("begin", text)),
        "environment": st.one_of(
            hostile.map(lambda text: {"A": text}), hostile.map(lambda text: {text: "value"})
        ),
        "exclude": hostile.map(lambda text: (text,)),
        "asking": st.one_of(
            hostile.map(lambda text: Asking(qos=text)),
            hostile.map(lambda text: Asking(constraint=text)),
            hostile.map(lambda text: Asking(reservation=text)),
            hostile.map(lambda text: Asking(partition=text)),
            hostile.map(lambda text: Asking(options=(f"--{text}",))),
        ),
    }
    places = draw(st.lists(st.sampled_from(sorted(changes)), min_size=1, max_size=2, unique=True))
    return dataclasses.replace(harmless, **{place: draw(changes[place]) for place in places})


@pytest.mark.parametrize("name", catalogue.names())
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(spec=specs())
def test_a_script_runs_the_command_and_nothing_else(name: str, spec: JobSpec, tmp_path: Path):
    """It is refused in words, or bash finds in it exactly the command, word for word."""
    scheduler = catalogue.find(name)
    assert isinstance(scheduler, ShowsScripts)
    try:
        text = scheduler.render(spec)
    except SubmitRefused as refusal:
        assert refusal.what
        return
    script = tmp_path / "script"
    (tmp_path / CANARY).unlink(missing_ok=True)
    script.write_text(WITHOUT_LAUNCHER + text, newline="")
    done = subprocess.run(["bash", str(script)], capture_output=True, cwd=tmp_path, check=False)
    words = [word.decode(errors="surrogateescape") for word in done.stdout.split(b"\0")[:-1]]

    assert not (tmp_path / CANARY).exists(), text
    assert words == list(spec.command), text
    assert done.stderr == b"", text


@pytest.mark.parametrize("text", [*PARTS, "a b", "--help"])
def test_for_real_on_this_machine(local: LocalScheduler, tmp_path: Path, text: str):
    """The words of a command, a variable's value and a job's name arrive as they are, or are refused."""
    written = tmp_path / "written"
    line = 'printf "%s|%s" "$1" "$HOSTILE" > "$0"'
    spec = JobSpec(
        f"job {text}",
        ("bash", "-c", line, str(written), text),
        tmp_path / "log",
        environment={"HOSTILE": text},
        working_directory=tmp_path,
    )
    try:
        job = local.submit(spec)
    except SubmitRefused as refusal:
        assert refusal.what
        return
    assert ended(local, job).exit_code == 0
    assert written.read_bytes().decode() == f"{text}|{text}"
    assert not (tmp_path / CANARY).exists()
