"""The command line: `harmonix VERB`. Commands are loaded when they are used, so that `--help` answers at once."""

import errno
import sys
from importlib import import_module
from typing import cast

import click

from harmonix_splitter import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "separate": ("separate", "Split songs into stems."),
    "analyze": ("analyze", "Find tempo, key, chords, sections and instruments."),
    "midi": ("midi", "Write down the notes of recordings, as MIDI files."),
    "lyrics": ("lyrics", "Time, fetch, transcribe and convert words."),
    "models": ("models", "List, download and check separation models."),
    "serve": ("serve", "Start the studio."),
    "worker": ("worker", "Do jobs in a process of its own."),
    "import": ("import_songs", "Bring files and folders into the library."),
    "export": ("export_song", "Write a song of the library, with all that is known of it, into a folder."),
    "share": ("share", "Look after live sessions of a server."),
    "library": ("library", "Look after the shared library."),
    "demo": ("demo", "Take a song we know everything about through everything."),
    "doctor": ("doctor", "Check every part with a tiny real job."),
    "users": ("users", "Make, list, change and take over accounts."),
    "config": ("config", "Show the settings and where they come from."),
}
"""verb -> (module in cli/ that holds `app`, the line `--help` shows)."""
_THE_DISKS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
_OTHER_DISK = "Free some space, correct the permissions, or choose another folder."


class Verbs(click.Group):
    """Knows every verb's help line without importing it."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        from typer.main import get_command

        command = get_command(import_module(f"harmonix_splitter.cli.{COMMANDS[name][0]}").app)
        command.name = name
        # Recent Typers bring their own copy of click: same shape, another type.
        return cast(click.Command, command)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, args)
        except click.UsageError as unknown:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", context) from unknown

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="harmonix")
def harmonix() -> None:
    """Harmonix: stems, tempo, key, chords, sections and timed words for your music, kept in one shared library."""


def run(arguments: list[str] | None = None) -> None:
    """The entry point: one clear sentence and one exit code for whatever goes wrong."""
    sys.exit(_code(list(sys.argv[1:] if arguments is None else arguments)))


def run_split() -> None:
    """`harmonix-split SONG...`, as the documents name it: `harmonix separate` under its other name."""
    run(["separate", *sys.argv[1:]])


def _code(arguments: list[str]) -> int:
    try:
        answer = harmonix.main(arguments, prog_name="harmonix", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except click.ClickException as misused:
        misused.show()
        return misused.exit_code
    except Exception as error:
        return _explain(error, arguments)
    return answer if isinstance(answer, int) else 0


def _explain(error: Exception, arguments: list[str]) -> int:
    """Say what went wrong in one sentence and what to do next; a bug keeps its traceback."""
    from harmonix_splitter.cli.output import exit_code_of, say_error
    from harmonix_splitter.errors import HarmonixError, StorageError

    if isinstance(error, OSError) and error.errno in _THE_DISKS:
        place = f" ({error.filename})" if error.filename else ""
        error = StorageError(f"Nothing can be written: {error.strerror}{place}.", advice=_OTHER_DISK)
    if not isinstance(error, HarmonixError):
        # Typer brings its own copies of click's exceptions: same shape, another family.
        code, show = getattr(error, "exit_code", None), getattr(error, "show", None)
        if code is None:
            raise error
        if show is not None:
            show()
        return int(code)
    say_error(error, as_json="--json" in arguments)
    return exit_code_of(error)
