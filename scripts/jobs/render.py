"""Write what schedulers read, from jobs/jobs.yml and the templates beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.core.errors import TickitError
from scripts.core.whole_file import write_whole
from scripts.jobs.declaration import Job, words_of

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "jobs" / "templates"
WORKFLOWS = Path(".github") / "workflows"

# An action is code of others with our rights: each is pinned to a commit.
ACTIONS = {
    "checkout": "actions/checkout@34e114876b0b11c390a56381ad16ebd13914f8d5 # v4.3.1",
    "python": "actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0",
    "credentials": "aws-actions/configure-aws-credentials@e3dd6a429d7300a6a4c196c26e071d42e0343502 # v4.0.2",
    "cache": "actions/cache@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3",
    "restore": "actions/cache/restore@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3",
    "upload": "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2",
    "upload_pages": "actions/upload-pages-artifact@56afc609e74202658d3ffba0e8f6dda462b719fa # v3.0.1",
    "deploy_pages": "actions/deploy-pages@d6db90164ac5ed86f2b6aed7e0febac5b3c0c03e # v4.0.5",
}


def rendered(jobs: Sequence[Job]) -> dict[Path, str]:
    """Return each file's text by its path in the project.

    Raises:
        TickitError: a job's times cannot be said in AWS's cron.

    """
    scheduled = [job for job in jobs if job.cron]
    workflows = {
        WORKFLOWS / f"job_{job.name}.yml": _filled("github.yml.j2", job=job, documents=_documents(job), actions=ACTIONS)
        for job in jobs
    }
    return {
        **workflows,
        Path("jobs") / "aws.yml": _filled("aws.yml.j2", jobs=[_for_aws(job) for job in scheduled]),
        Path("jobs") / "dbt_cloud.yml": _filled("dbt_cloud.yml.j2", jobs=[_for_dbt_cloud(job) for job in scheduled]),
    }


def outdated(jobs: Sequence[Job], root: Path = ROOT) -> list[Path]:
    """Return the files that are not as they would be written, and workflows of jobs that are no more."""
    wanted = rendered(jobs)
    different = [path for path, text in wanted.items() if _text(root / path) != text]
    return [*different, *_of_no_job(wanted, root)]


def write(jobs: Sequence[Job], root: Path = ROOT) -> list[Path]:
    """Write the files that are outdated, remove workflows of jobs that are no more; return both."""
    wanted = rendered(jobs)
    changed = outdated(jobs, root)
    for path in changed:
        file = root / path
        if path not in wanted:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, wanted[path].encode())
    return changed


def aws_cron(cron: str) -> str:
    """Return a cron of five fields as EventBridge writes it: with a year, Sunday as 1, and ? for the day not asked for.

    Raises:
        TickitError: both the day of the month and of the week are given, of which AWS takes one.

    """
    minute, hour, day, month, weekday = cron.split(" ")
    if weekday == "*":
        return f"cron({minute} {hour} {day} {month} ? *)"
    if day != "*":
        raise TickitError(
            f"cron {cron}: EventBridge takes a day of the month or a day of the week, not both: make two jobs of it."
        )
    return f"cron({minute} {hour} ? {month} {','.join(_aws_days(part) for part in weekday.split(','))} *)"


def _aws_days(part: str) -> str:
    """Return one part of the field, in which 0 and 7 are Sunday, with AWS's numbers: 1 is Sunday, 7 is Saturday."""
    days, _, step = part.partition("/")
    if days == "*":
        return f"1-7/{step}" if step else "*"
    first, _, last = days.partition("-")
    if not last:
        return str(int(first) % 7 + 1)
    # Sunday may be at the end of a range, so days are listed.
    return ",".join(str(day % 7 + 1) for day in range(int(first), int(last) + 1, int(step or 1)))


def _for_aws(job: Job) -> dict[str, object]:
    resource = "".join(word.capitalize() for word in job.name.replace("-", "_").split("_"))
    return {**vars(job), "resource": resource, "aws_cron": aws_cron(str(job.cron))}


def _for_dbt_cloud(job: Job) -> dict[str, object]:
    steps = job.steps_on(job.target)
    # dbt Cloud installs the packages itself.
    of_dbt = [step for step in steps if words_of(step.command)[0] == "dbt" and words_of(step.command)[1] != "deps"]
    left_out = [step for step in steps if words_of(step.command)[0] != "dbt"]
    return {**vars(job), "dbt_steps": of_dbt, "left_out": left_out, "documents": _documents(job)}


def _documents(job: Job) -> bool:
    """Say whether a job writes the docs site."""
    return any(words_of(step.command)[:2] == ["tickit", "docs"] for step in job.steps)


def _filled(template: str, **values: object) -> str:
    # GitHub's ${{ }} and dbt-jobs-as-code's {{ }} stay as they are.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - this is YAML; jobs/schema.json allows a text on one line without line breaks
        keep_trailing_newline=True,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    return environment.get_template(template).render(**values)


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _of_no_job(wanted: dict[Path, str], root: Path) -> list[Path]:
    there = sorted(path.relative_to(root) for path in (root / WORKFLOWS).glob("job_*.yml"))
    return [path for path in there if path not in wanted]
