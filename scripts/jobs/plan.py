"""What a job runs on a target, and how it is printed: commands that a person can paste."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console

from scripts.core.profiles import output, profiles_folder
from scripts.jobs.declaration import DeclarationError, Job, Step, words_of


@dataclass(frozen=True)
class Plan:
    """The steps of a job on a target; the first ``passed_over`` of them are not run."""

    job: Job
    target: str
    steps: tuple[Step, ...]
    passed_over: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that each step gets beside those of the runner."""
        return {"DBT_TARGET": self.target, "DBT_PROFILES_DIR": str(profiles_folder())}

    @property
    def warehouses(self) -> list[str]:
        """Return the targets that the steps write to, sorted: that of the run, and those that commands name."""
        named = set()
        for step in self.steps[self.passed_over :]:
            words = words_of(step.command)
            for word, after in zip(words, [*words[1:], ""], strict=True):
                if word in ("--target", "-t"):
                    named.add(after)
                elif word.startswith("--target="):
                    named.add(word.removeprefix("--target="))
        return sorted({self.target, *named})


def plan(job: Job, target: str, from_step: str | None = None) -> Plan:
    """Return what a job runs on a target, from a step on.

    Raises:
        DeclarationError: there is no such step, or no step on this target.
        TickitError: there is no such target.

    """
    output(target)
    steps = job.steps_on(target)
    names = [step.name for step in steps]
    if not steps:
        raise DeclarationError(f"job {job.name} has no step on target {target}.")
    if from_step and from_step not in names:
        raise DeclarationError(
            f"job {job.name} has no step {from_step!r} on target {target}: it has {', '.join(names)}."
        )
    planned = Plan(job, target, steps, names.index(from_step) if from_step else 0)
    for warehouse in planned.warehouses:
        output(warehouse)
    return planned


def print_plan(planned: Plan, console: Console) -> None:
    """Print the commands of a run as a script that does the same by hand, step by step."""
    job = planned.job
    limits = f"{job.timeout_minutes:g} minutes in all, {job.retries} retries of a step after a transient failure"
    _line(console, f"# {job.name} on target {planned.target}: {job.description}")
    _line(console, f"# {limits}. Nothing is run now.")
    for name, value in planned.environment.items():
        _line(console, f"export {name}={shlex.quote(value)}")
    width = max(len(step.command) for step in planned.steps)
    for number, step in enumerate(planned.steps):
        notes = [f"# {number + 1} {step.name}", *_notes(step)]
        passed_over = number < planned.passed_over
        command = f"# {step.command}" if passed_over else step.command
        _line(console, f"{command:<{width}}  {', '.join([*notes, *(['passed over'] if passed_over else [])])}")


def print_jobs(jobs: Mapping[str, Job], console: Console) -> None:
    """Print when and where each job runs, and its steps."""
    for job in jobs.values():
        when = f"cron {job.cron} (UTC)" if job.cron else f"on each {(job.trigger or '').replace('_', ' ')}"
        _line(console, f"{job.name}: {job.description}")
        _line(console, f"  {when}, target {job.target}, at most {job.timeout_minutes:g} minutes")
        width = max(len(step.name) for step in job.steps)
        for step in job.steps:
            notes = f"  # {', '.join(notes)}" if (notes := _notes(step)) else ""
            _line(console, f"    {step.name:<{width}}  {step.command}{notes}")


def _notes(step: Step) -> list[str]:
    notes = [f"only on {', '.join(step.targets)}"] if step.targets else []
    notes += ["may fail"] if step.allow_failure else []
    notes += ["also after a failure"] if step.always else []
    return notes + ([f"at most {step.timeout_minutes:g} minutes"] if step.timeout_minutes else [])


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False)


def again(job: str, target: str, step: str, *, is_first: bool) -> str:
    """Return the command that repeats a run from a step on, and when that is not enough."""
    command = shlex.join(["tickit", "job", job, "--target", target, "--from", step])
    return command if is_first else f"{command} (without --from if files of the lake have changed)"
