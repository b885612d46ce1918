"""Slurm through its command line. Keeps nothing but the machine's name: the scheduler is asked."""

from __future__ import annotations

import grp
import os
import pwd
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from funicular.schedulers import slurm_accounting, slurm_allowances, slurm_nodes, slurm_queues, slurm_text
from funicular.schedulers.base import (
    Allowances,
    Availability,
    Estimate,
    JobId,
    JobSpec,
    JobStatus,
    NoAnswer,
    Queue,
    SubmitRefused,
    Usage,
)
from funicular.schedulers.run import Answer, CommandMissing, RunCommand, run_command
from funicular.schedulers.slurm_refusals import Known, explain_refusal, is_no_answer


class SlurmScheduler:
    """The six verbs for Slurm.

    run: how commands are run.   patience_s: how long a question may take; submitting takes at most one
    and a half times that, since after a silent sbatch the job is looked for once.
    """

    name = "slurm"

    def __init__(
        self,
        run: RunCommand = run_command,
        *,
        patience_s: float = 6,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._run = run
        self._patience_s = patience_s
        self._environ = environ
        self._clock = clock
        self._machine: str | None = None  # its name, once Slurm has said it

    def available(self) -> Availability:
        """Whether sinfo answers here."""
        try:
            answer = self._ask(["sinfo", "--noheader", "--format=%R"])
            version = self._ask(["sinfo", "--version"]).stdout.strip()
        except CommandMissing as error:
            return Availability(here=False, why_not=error.what)
        except NoAnswer as error:
            return Availability(here=False, why_not=f"{error.what} {error.why}".strip())
        if answer.code != 0:
            return Availability(here=False, why_not=f"sinfo failed: {slurm_text.own_words(answer.stderr)}")
        return Availability(here=True, version=version)

    def queues(self) -> tuple[Queue, ...]:
        """The partitions that this user can submit to, the default one first. Five commands."""
        nodes = self._answered(slurm_queues.NODES_COMMAND)
        partitions = slurm_queues.parse_partitions(self._answered(slurm_queues.PARTITIONS_COMMAND))
        settings = self._ask(slurm_queues.CONFIG_COMMAND)
        self._machine = slurm_queues.parse_cluster_name(settings)
        found = slurm_queues.join_queues(
            slurm_queues.parse_nodes(nodes),
            partitions,
            self._associations(self._machine),
            unix_groups=_own_groups(),
            overrun=slurm_queues.parse_overrun(settings),
            bills_most=slurm_queues.bills_most(settings),
        )
        speaking = slurm_nodes.speakers(partitions)
        return slurm_nodes.with_architectures(found, speaking, self._architectures([*speaking.values()]))

    def cluster_name(self) -> str | None:
        """What Slurm calls this machine; asked for once."""
        if self._machine is None:
            self._machine = slurm_queues.parse_cluster_name(self._ask(slurm_queues.CONFIG_COMMAND))
        return self._machine

    def submit(self, spec: JobSpec) -> JobId:
        """Hand over one job; its log is created readable by its owner alone.

        Raises ``SubmitRefused`` with Slurm's words and what it would accept, and ``NoAnswer`` when Slurm
        is silent.
        """
        command = slurm_text.submit_command(spec)
        try:
            answer = self._submit(command, spec)
        except CommandMissing:
            raise
        except NoAnswer:
            if found := self._find(spec.name):
                return found
            raise
        if answer.code == 0:
            return slurm_text.parse_submitted(answer)
        if is_no_answer(answer.stderr):
            raise _silent(answer)
        raise explain_refusal(spec, answer.words, self._known())

    def describe(self, jobs: Collection[JobId] | None = None) -> dict[JobId, JobStatus]:
        """These jobs, or all of this user's, by one squeue. A job that Slurm has forgotten is left out."""
        if jobs is not None and not jobs:
            return {}
        answer = self._ask(slurm_text.queue_command(jobs, str(os.getuid())))
        if answer.code != 0:
            if "Invalid job id specified" in answer.stderr:  # said only when *none* of the ids is known
                return {}
            raise _silent(answer)
        found = slurm_text.parse_queue(answer, now=self._clock())
        return found if jobs is None else {job: found[job] for job in jobs if job in found}

    def cancel(self, jobs: Collection[JobId]) -> None:
        """End these jobs by one scancel. One that is already over is no error."""
        if not jobs:
            return
        answer = self._ask(slurm_text.cancel_command(jobs))
        if answer.code != 0 and is_no_answer(answer.stderr):
            raise _silent(answer)
        if answer.code != 0 and "Access/permission denied" in answer.stderr:
            raise SubmitRefused(
                "Slurm did not cancel the job.",
                why=f"It is not yours. ({slurm_text.own_words(answer.stderr)})",
                next_step="funicular jobs lists the ones that are.",
            )

    def estimate(self, spec: JobSpec) -> Estimate:
        """When this job would start, by ``sbatch --test-only``: what is running and queued now decides."""
        answer = self._submit(slurm_text.estimate_command(spec), spec, SLURM_TIME_FORMAT="%s")
        if answer.code != 0 and is_no_answer(answer.stderr):
            raise _silent(answer)
        return slurm_text.parse_estimate(answer, now=self._clock())

    def usage(self, jobs: Collection[JobId]) -> dict[JobId, Usage]:
        """What these jobs have cost, by one sacct; those that accounting does not know are left out."""
        if not jobs:
            return {}
        env = slurm_accounting.accounting_environment(slurm_text.asking_environment(self._environ))
        answer = self._run(slurm_accounting.usage_command(jobs), timeout_s=self._patience_s, env=env)
        if answer.code != 0:
            raise _silent(answer)
        return slurm_accounting.parse_usage(answer)

    def allowances(self, accounts: Collection[str]) -> Allowances:
        """What these accounts may use and what is left, by one sshare."""
        if not accounts:
            return Allowances(silence="this Slurm keeps no accounts of yours")
        try:
            answer = self._ask(slurm_allowances.allowances_command(accounts))
        except CommandMissing:
            return Allowances(unknown=tuple(accounts), silence="there is no sshare on this machine")
        if answer.code != 0:
            raise _silent(answer)
        return slurm_allowances.parse_allowances(answer, accounts)

    def render(self, spec: JobSpec) -> str:
        """The script that asks ``sbatch`` for this job, options and all."""
        return slurm_text.whole_script(spec)

    def script(self, job: JobId) -> str | None:
        """What sbatch was given, from scontrol; ``None`` for a job that is forgotten or had no script."""
        answer = self._ask(slurm_text.script_command(job))
        if is_no_answer(answer.stderr):
            raise _silent(answer)
        return answer.stdout or None  # for an unknown job scontrol ends with code 0 and says nothing here

    # --- asking

    def _ask(self, command: Sequence[str]) -> Answer:
        env = slurm_text.asking_environment(self._environ)
        return self._run(command, timeout_s=self._patience_s, env=env)

    def _answered(self, command: Sequence[str]) -> Answer:
        answer = self._ask(command)
        if answer.code != 0:
            raise _silent(answer)
        return answer

    def _submit(self, command: Sequence[str], spec: JobSpec, **extra: str) -> Answer:
        env = slurm_text.submitting_environment(self._environ, spec) | extra
        script = slurm_text.script(spec)
        return self._run(command, stdin=script, timeout_s=self._patience_s, env=env, umask=0o077)

    def _find(self, name: str) -> JobId | None:
        """The job of this name, after an sbatch that did not say what became of it."""
        try:
            env = slurm_text.asking_environment(self._environ)
            command = slurm_text.find_command(name, str(os.getuid()))
            answer = self._run(command, timeout_s=self._patience_s / 2, env=env)
        except NoAnswer:
            return None
        found = answer.stdout.split() if answer.code == 0 else []
        return JobId(found[-1]) if found else None

    def _architectures(self, nodes: list[str]) -> dict[str, str]:
        """What these nodes are; nothing where Slurm does not say: then it is found out when they join."""
        if not nodes:
            return {}
        try:
            return slurm_nodes.parse_architectures(self._ask(slurm_nodes.nodes_command(nodes)))
        except NoAnswer:
            return {}

    def _associations(self, cluster: str | None) -> tuple[slurm_queues.Association, ...]:
        """This user's accounts; none where this Slurm keeps no accounts."""
        try:
            answer = self._ask(slurm_queues.accounts_command(_own_name(), cluster))
        except CommandMissing:
            return ()
        return slurm_queues.parse_accounts(answer) if answer.code == 0 else ()

    def _known(self) -> Known:
        """What would be accepted, as far as Slurm says it now."""
        try:
            queues = self.queues()
        except NoAnswer:
            return Known()
        accounts = dict.fromkeys(account for queue in queues for account in queue.accounts)
        return Known(tuple(queue.name for queue in queues), tuple(accounts))


def _silent(answer: Answer) -> NoAnswer:
    """The error for a command that failed without an answer about what was asked."""
    return NoAnswer(
        f"Slurm did not answer {answer.argv[0]}.",
        why=slurm_text.own_words(answer.stderr) or f"It ended with code {answer.code} and said nothing.",
        next_step=f"Try again in a minute. If {answer.argv[0]} fails in a terminal too, tell the support.",
    )


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return os.environ.get("USER", str(os.getuid()))


def _own_groups() -> set[str]:
    names = set()
    for number in {os.getgid(), *os.getgroups()}:
        try:
            names.add(grp.getgrgid(number).gr_name)
        except KeyError:
            names.add(str(number))
    return names


scheduler = SlurmScheduler  # what schedulers/catalogue.py looks for
