"""How the command line speaks: data on stdout, everything else on stderr, one JSON object last with --json."""

import json
from typing import Annotated, Any

import click
import typer

from harmonix_splitter import errors

OK, FAILED, USAGE, PARTLY_FAILED, NOT_FOUND, NEEDS_CONFIGURATION, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

EXIT_CODES: dict[type[errors.HarmonixError], int] = {
    errors.HarmonixError: FAILED,
    errors.InvalidRequestError: USAGE,
    errors.NotFoundError: NOT_FOUND,
    errors.ConfigError: NEEDS_CONFIGURATION,
    errors.EngineMissingError: NEEDS_CONFIGURATION,
    errors.CancelledError: INTERRUPTED,
}

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line of stdout.")]


def exit_code_of(error: errors.HarmonixError) -> int:
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def say(text: str) -> None:
    """A line for people, on stderr."""
    click.echo(text, err=True)


def say_error(error: errors.HarmonixError, *, as_json: bool) -> None:
    click.echo(f"{click.style('Error:', fg='red', bold=True)} {error.message}", err=True)
    if error.advice:
        click.echo(f"       {error.advice}", err=True)
    if as_json:
        print_json({"ok": False, "error": {"code": error.code, "message": error.message, "advice": error.advice}})


def print_json(data: Any) -> None:
    """The answer for programs: one line, last on stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str))
