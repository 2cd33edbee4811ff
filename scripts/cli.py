"""The command `tickit`: every program of this project, grouped by the workflow that it belongs to."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from scripts.jobs.errors import exit_code

app = typer.Typer(
    name="tickit",
    help="Build, feed, look at and prove the TICKIT lakehouse. Start in the folder of the project.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
lint = typer.Typer(help="Check how the project is written.", no_args_is_help=True)
app.add_typer(lint, name="lint", rich_help_panel="Develop")

# Each command: where it is, its group in the help, what it does. What follows its name is read by the module's main().
_COMMANDS = {
    "run": ("scripts.jobs.run", "Build and look", "Build the lakehouse on DuckDB, and test every model."),
    "query": ("scripts.jobs.query", "Build and look", "Open DuckDB's shell on the warehouse, read-only."),
    "docs": ("scripts.jobs.docs", "Build and look", "Write the docs site and serve it."),
    "dashboard": ("scripts.dashboard", "Build and look", "Write the sales dashboard, one HTML file."),
    "lake": ("scripts.lake.__main__", "Fill the lake", "Make a lake: synthetic, or from AWS's original files."),
    "land": ("scripts.lake.land", "Fill the lake", "Land a month or a day of new data in a lake."),
    "inventory": ("scripts.lake.inventory", "Fill the lake", "List a lake's files for Redshift."),
    "plots": ("scripts.lake.plots", "Fill the lake", "Draw the plots of docs/synthetic_lake.md."),
    "evaluate": ("analytics.evaluation.__main__", "Python models", "Say how good the Python models are."),
    "memory": ("analytics.memory", "Python models", "Say how much memory each Python model takes."),
    "rehearse": ("scripts.rehearsal.__main__", "Redshift", "Run the whole project against a stand-in for Redshift."),
    "parity": ("scripts.parity.job", "Redshift", "Compare every table of DuckDB with Redshift's, value by value."),
    "setup-sql": ("scripts.aws.setup_sql", "Redshift", "Print the SQL that sets up Redshift for dbt."),
    "upload": ("scripts.aws.upload", "Redshift", "Upload a lake to S3."),
    "teardown": ("scripts.aws.teardown", "Redshift", "Remove all that the AWS stack made."),
    "raw-fields": ("scripts.lake.raw_fields", "Develop", "Write what depends on the columns of the sources' YAML."),
    "bench": ("scripts.bench.__main__", "Develop", "Measure builds beside hand-written SQL."),
}
_LINTS = {
    "portability": ("scripts.jobs.lint_portability", "Ban from our SQL what the engines compute differently."),
    "names": ("scripts.jobs.lint_names", "Find names and values that are put into SQL between quotes."),
    "sql": ("scripts.jobs.lint_sql", "Read all SQL with sqlfluff, as written and as compiled for Redshift."),
}
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def _add(group: typer.Typer, name: str, module: str, what: str, panel: str | None = None) -> None:
    @group.command(name, help=what, rich_help_panel=panel, context_settings=_PASSED_ON)
    def command(context: typer.Context) -> None:
        sys.argv = [context.command_path, *context.args]
        # Imported now: `tickit --help` needs none of it. A mistake in the sources' YAML is found here.
        raise typer.Exit(exit_code(lambda: import_module(module).main()))


for _name, (_module, _panel, _what) in _COMMANDS.items():
    _add(app, _name, _module, _what, _panel)
for _name, (_module, _what) in _LINTS.items():
    _add(lint, _name, _module, _what)


def main() -> None:
    """Run the command that the arguments name; exit with its code."""
    app(prog_name="tickit")


if __name__ == "__main__":
    main()
