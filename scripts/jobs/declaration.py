"""Read jobs/jobs.yml: what runs when, on what, and in which steps. A mistake in it is one sentence with its line."""

from __future__ import annotations

import difflib
import json
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator, ValidationError

from scripts.core.errors import TickitError
from scripts.core.profiles import output

DECLARATION = Path("jobs/jobs.yml")
SCHEMA = Path(__file__).parents[2] / "jobs" / "schema.json"

# What a shell would do with them, outside of quotes; here there is no shell.
_OF_SHELLS = set("();<>|&")
_CRON = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))

Place = tuple[str | int, ...]
"""Where something is in the file: keys and numbers of items, from the top."""


class DeclarationError(TickitError):
    """A mistake in the declaration of jobs, or a job or step that it does not have."""

    exit_code = 2


@dataclass(frozen=True)
class Step:
    """One command of a job.

    ``targets``: the only ones on which it runs; all if there are none. ``always``: also after an earlier step failed.
    ``allow_failure``: the job goes on, and is successful, if it fails.
    """

    name: str
    command: str
    timeout_minutes: float | None = None
    always: bool = False
    allow_failure: bool = False
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """A job; ``target`` is where a scheduler runs it, ``cron`` is in UTC, ``retries`` are those of each step."""

    name: str
    description: str
    target: str
    timeout_minutes: float
    retries: int
    notify: tuple[str, ...]
    steps: tuple[Step, ...]
    cron: str | None = None
    trigger: str | None = None

    def steps_on(self, target: str) -> tuple[Step, ...]:
        """Return the steps that run on a target."""
        return tuple(step for step in self.steps if not step.targets or target in step.targets)


def load(path: Path = DECLARATION) -> dict[str, Job]:
    """Return the declared jobs by their names.

    Raises:
        DeclarationError: the file is missing or has a mistake: the first one, with its line.

    """
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError as error:
        raise DeclarationError(f"there is no {path}: start in the folder of the project.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DeclarationError(f"{path}:{line}: a character is not UTF-8: save the file as UTF-8.") from error
    return _Declaration(path, text).jobs()


def job_named(name: str, path: Path = DECLARATION) -> Job:
    """Return a job; raise DeclarationError if there is none of this name."""
    jobs = load(path)
    if name not in jobs:
        raise DeclarationError(f"{path} has no job {name!r}{_close_to(name, jobs)}: it has {', '.join(jobs)}.")
    return jobs[name]


class _Declaration:
    """A file of jobs, and where in it everything is."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines: dict[Place, int] = {}
        try:
            loader = yaml.SafeLoader(text)
            root = loader.get_single_node()
            if root is None:
                raise self._wrong((), "is empty: declare a job")
            for place, node in self._nodes(root, (), ()):
                self.lines.setdefault(place, node.start_mark.line + 1)
            self.content: Any = loader.construct_document(root)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise DeclarationError(f"{path}:{line}: this is not YAML: {error.problem or error.context}.") from error
        except yaml.YAMLError as error:  # a character that YAML does not allow
            line = text.count("\n", 0, getattr(error, "position", 0)) + 1
            raise DeclarationError(f"{path}:{line}: this is not YAML: {str(error).splitlines()[0]}.") from error
        except ValueError as error:  # 2026-02-30, which looks like a date
            raise self._wrong((), f"has a value that YAML cannot read ({error}): put it in quotes") from error

    def jobs(self) -> dict[str, Job]:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        mistakes = sorted(Draft202012Validator(schema).iter_errors(self.content), key=self._order)
        if mistakes:
            raise self._explained(mistakes[0])
        return {name: self._job(name, about) for name, about in self.content["jobs"].items()}

    def _job(self, name: str, about: dict[str, Any]) -> Job:
        place: Place = ("jobs", name)
        if "cron" in about and (wrong := _wrong_in_cron(about["cron"])):
            raise self._wrong((*place, "cron"), wrong)
        self._check_target((*place, "target"), about["target"])
        names: set[str] = set()
        for number, step in enumerate(about["steps"]):
            at = (*place, "steps", number)
            if step["name"] in names:
                raise self._wrong((*at, "name"), f"is {step['name']}, as that of an earlier step: give another")
            names.add(step["name"])
            if wrong := wrong_in_command(step["command"]):
                raise self._wrong((*at, "command"), wrong)
            for index, target in enumerate(step.get("targets", [])):
                self._check_target((*at, "targets", index), target)
        steps = tuple(Step(**{**step, "targets": tuple(step.get("targets", ()))}) for step in about["steps"])
        return Job(**{**about, "name": name, "notify": tuple(about["notify"]), "steps": steps})

    def _check_target(self, place: Place, target: str) -> None:
        try:
            output(target)
        except TickitError as error:
            raise self._wrong(place, f"is wrong: {str(error).rstrip('.')}") from error

    def _nodes(self, node: yaml.Node, place: Place, above: tuple[int, ...]) -> Iterator[tuple[Place, yaml.Node]]:
        """Yield each node with its place, a key of a mapping with that of its value."""
        yield place, node
        if id(node) in above:
            raise self._wrong(place, f"refers to itself (line {node.start_mark.line + 1}): write it out")
        above = (*above, id(node))
        if isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                yield from self._nodes(item, (*place, number), above)
        elif isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                    written = f"`{key.value}`" if isinstance(key, yaml.ScalarNode) else "a list or mapping"
                    raise DeclarationError(f"{self.path}:{line}: {written} is no text for YAML: give a name as key.")
                if not key.value.isprintable():
                    raise DeclarationError(f"{self.path}:{line}: a key cannot be printed: {_short(key.value)}.")
                if key.value in seen:
                    raise DeclarationError(f"{self.path}:{line}: `{key.value}` is there twice: remove one.")
                seen.add(key.value)
                yield (*place, key.value), key
                yield from self._nodes(value, (*place, key.value), above)
        elif isinstance(node, yaml.ScalarNode) and not node.value.isprintable():
            raise self._wrong(place, f"has a line break or a character that cannot be printed: {_short(node.value)}")

    def _order(self, mistake: ValidationError) -> tuple[bool, int, int]:
        """Sort mistakes by their lines; what is missing may be only misspelt, which another mistake explains."""
        is_missing = mistake.validator in ("required", "oneOf")
        return is_missing, self._line(self._place_of(mistake)), -len(mistake.absolute_path)

    @staticmethod
    def _place_of(mistake: ValidationError) -> Place:
        """Return where a mistake is: an unknown key, or what the schema looked at."""
        place: Place = tuple(mistake.absolute_path)
        if mistake.validator == "additionalProperties":
            return (*place, _unknown(mistake)[0])
        if "propertyNames" in mistake.absolute_schema_path:
            return (*place, cast("str", mistake.instance))
        return place

    def _explained(self, mistake: ValidationError) -> DeclarationError:
        place = self._place_of(mistake)
        # typeshed's stubs allow a schema to be true or false, as which ours is not written.
        schema = cast("dict[str, Any]", mistake.schema)
        wanted = schema.get("description", "another value")
        match mistake.validator:
            case "additionalProperties":
                known = schema["properties"]
                close = _close_to(_unknown(mistake)[0], known)
                return self._wrong(place, f"is no key that is known here{close}: there is {', '.join(known)}")
            case "required":
                has = cast("dict[str, Any]", mistake.instance)
                missing = next(key for key in schema["required"] if key not in has)
                return self._wrong(place, f"lacks {missing}: it has to be {wanted}")
            case "oneOf":
                given = [key for key in ("cron", "trigger") if key in cast("dict[str, Any]", mistake.instance)]
                found = " and ".join(given) or "neither cron nor trigger"
                return self._wrong(place, f"has {found}: give one of the two")
        if "propertyNames" in mistake.absolute_schema_path:
            return self._wrong(place, f"has to be {wanted}")
        return self._wrong(place, f"is {_short(mistake.instance)}: give {wanted}")

    def _line(self, place: Place) -> int:
        """Return the line of a place, or of what it is in."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def _wrong(self, place: Place, what: str) -> DeclarationError:
        return DeclarationError(f"{self.path}:{self._line(place)}: {self._called(place)} {what}.")

    def _called(self, place: Place) -> str:
        """Return what a person calls a place: ``command of step build of job daily``."""
        words = []
        if len(place) > 1:
            words = [f"job {place[1]}"]
        if len(place) > 3 and place[2] == "steps":
            words.insert(0, f"step {cast('int', place[3]) + 1}")
        rest = place[4:] if len(place) > 3 and place[2] == "steps" else place[2:]
        keys = [str(part) for part in rest if isinstance(part, str)]
        words = [*reversed(keys), *words]
        return " of ".join(words) if words else str(place[0]) if place else "the file"


def wrong_in_command(command: str) -> str | None:
    """Return what is wrong with a command line that is run without a shell; None if nothing is."""
    try:
        lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        lexer.commenters = ""
        words = list(lexer)
    except ValueError as error:
        return f"cannot be split into words ({str(error).lower()}): close what is open"
    if shells := [word for word in words if word and set(word) <= _OF_SHELLS]:
        return f"has {shells[0]}, which needs a shell: give one command, or a step for each"
    if found := re.search(r"[$`]", command):
        return f"has {found[0]}, which only a shell fills in: write the value, or set an environment variable"
    if words[:2] == ["tickit", "job"]:
        return "starts a job, which waits for the lock of this one: list the steps instead"
    return None


def words_of(command: str) -> list[str]:
    """Return a command line as the program and its arguments."""
    return shlex.split(command)


def _wrong_in_cron(cron: str) -> str | None:
    for text, (field, lowest, highest) in zip(cron.split(" "), _CRON, strict=True):
        for part in text.split(","):
            match = re.fullmatch(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", part)
            numbers = [int(number) for number in match.groups()[:2] if number] if match else []
            if (
                not match
                or numbers != sorted(numbers)
                or any(not lowest <= number <= highest for number in numbers)
                or match[3] in ("0", "00")
                or (match[3] and not match[2] and part[0] != "*")
            ):
                return f"is {cron}: its {field} has to be *, or of numbers from {lowest} to {highest}"
    return None


def _unknown(mistake: ValidationError) -> list[str]:
    known = cast("dict[str, Any]", mistake.schema)["properties"]
    return [key for key in cast("dict[str, Any]", mistake.instance) if key not in known]


def _close_to(name: str, known: Sequence[str] | dict[str, Any]) -> str:
    close = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""


def _short(value: object) -> str:
    """Return a value as JSON, shortened: it is somebody's mistake, of any length."""
    if isinstance(value, (dict, list)):
        return ("a mapping" if isinstance(value, dict) else "a list") + ("" if value else " without entries")
    text = json.dumps(value, default=str, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:57]}..."
