"""What a known site needs stands in the script before the user's lines, and is taken literally by bash."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from funicular.schedulers import preamble, slurm_text
from funicular.schedulers.base import Asking, JobSpec, Preamble, SubmitRefused

SPEC = JobSpec("x", ("true",), Path("/dev/null"))


def spec(**facts: object) -> JobSpec:
    """A job on a site that needs this."""
    return replace(SPEC, asking=Asking(preamble=Preamble(source="the profile of X", **facts)))  # type: ignore[arg-type]


def run(job: JobSpec, **environ: str) -> str:
    """What bash prints of the script, with the job's step replaced by what it would see."""
    text = slurm_text.script(job).partition("exec srun")[0] + "env"
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True, env=environ)
    return done.stdout


def test_a_site_that_needs_nothing_changes_nothing() -> None:
    """The script is the one that it always was."""
    assert slurm_text.script(SPEC).splitlines()[0] == "#!/bin/bash"
    assert len(slurm_text.script(SPEC).splitlines()) == 2


def test_the_first_line_is_the_sites() -> None:
    """A login shell where it wants one; what is no interpreter's line is refused."""
    assert slurm_text.script(spec(shebang="#!/bin/bash -l")).splitlines()[0] == "#!/bin/bash -l"
    with pytest.raises(SubmitRefused, match="first line"):
        slurm_text.script(spec(shebang="#!/bin/bash\nrm -rf ~"))


def test_variables_are_set_and_others_are_gone() -> None:
    """A reference is that variable's value; everything else is literal, whatever it holds."""
    hostile = "a b;$(touch /tmp/x)`id`'\"\\"
    job = spec(unset=("GONE",), environment=("CPUS=$SLURM_CPUS_PER_TASK", f"ODD={hostile}", "NONE="))
    seen = run(job, GONE="1", SLURM_CPUS_PER_TASK="7", PATH="/usr/bin:/bin").splitlines()

    assert {"CPUS=7", f"ODD={hostile}", "NONE="} <= set(seen)
    assert not [line for line in seen if line.startswith("GONE=")]


def test_what_must_be_gone_does_not_go_with_the_job_either() -> None:
    """A shell reads BASH_ENV before the script's first line."""
    environ = {"BASH_ENV": "/etc/x", "PATH": "/bin"}

    assert "BASH_ENV" in slurm_text.submitting_environment(environ, SPEC)
    assert "BASH_ENV" not in slurm_text.submitting_environment(environ, spec(unset=("BASH_ENV",)))


def test_a_module_is_loaded_unless_it_is_there() -> None:
    """Loading one again may take others away."""
    job = spec(modules=("arch/h100",))
    said = "module() { echo LOADED $2; }\n" + "\n".join(preamble.lines(job))

    def loaded(modules: str) -> str:
        environ = {"LOADEDMODULES": modules, "PATH": "/bin"}
        return subprocess.run(["bash", "-c", said], capture_output=True, text=True, env=environ).stdout

    assert loaded("gcc/12") == "LOADED arch/h100\n"
    assert loaded("gcc/12:arch/h100:x") == ""


@pytest.mark.parametrize(
    "facts",
    [{"unset": ("A;id",)}, {"environment": ("A B=1",)}, {"modules": ("x; id",)}, {"modules": ("*)",)}],
)
def test_a_name_that_is_more_than_a_name_is_refused(facts: dict[str, tuple[str, ...]]) -> None:
    """A profile cannot bring a command into a script."""
    with pytest.raises(SubmitRefused, match="profile"):
        slurm_text.script(spec(**facts))


def test_the_users_lines_come_last_and_it_is_said_whose_is_what() -> None:
    """So what jobqueue.yaml says wins; the source cannot end its comment."""
    job = replace(spec(environment=("A=site",)), setup=("export A=mine",))
    odd = replace(job, asking=Asking(preamble=Preamble(source="x\nid", environment=("A=1",))))

    assert "A=mine" in run(job, PATH="/usr/bin:/bin").splitlines()
    assert "# From the profile of X:" in slurm_text.script(job)
    assert "# From jobqueue.yaml and the administrators' rules:" in slurm_text.script(job)
    assert "# From x id:" in slurm_text.script(odd).splitlines()


def test_options_that_must_not_be_given_are_not() -> None:
    """The site's and the user's; those without which the job is not ours stay."""
    job = replace(SPEC, memory_per_node_bytes=2**30, account="a", skip=("--account", "--nodes"))
    job = replace(job, asking=Asking(skip=("--mem",)))
    given = {each.partition("=")[0] for each in slurm_text.submit_command(job)}

    assert not given & {"--mem", "--account"}
    assert "--nodes" in given


def test_the_users_own_directive_goes_before_the_sites() -> None:
    """Options of the command would win over those in the script, so the profile's are left out."""
    asking = Asking(qos="normal", constraint="a100", options=("--hint=nomultithread",))
    job = replace(SPEC, asking=asking, directives=("--qos=boost", "-C h100"))
    given = slurm_text.submit_command(job)

    assert not [each for each in given if each.startswith(("--qos", "--constraint"))]
    assert "--hint=nomultithread" in given
