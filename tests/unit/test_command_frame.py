"""The frame around every verb: help, completion, unknown verbs and the promise of --json."""

from collections.abc import Iterator

import click
import pytest
from click.shell_completion import BashComplete

from harmonix_splitter.cli.main import COMMANDS, harmonix, run


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if hasattr(command, "list_commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def completions(words: str, incomplete: str) -> set[str]:
    shell = BashComplete(harmonix, {}, "harmonix", "_HARMONIX_COMPLETE")
    return {found.value for found in shell.get_completions(words.split(), incomplete)}


def test_a_shell_completes_verbs_their_parts_and_their_options() -> None:
    assert completions("", "") == set(COMMANDS)
    assert completions("", "se") == {"separate", "serve"}
    assert "align" in completions("lyrics", "")
    assert {"--engine", "--format"} <= completions("separate", "--")


def test_every_command_answers_in_json_when_asked() -> None:
    without = {
        name for name, command in commands(harmonix) if not any("--json" in option.opts for option in command.params)
    }
    assert without == set()


def test_an_unknown_verb_gets_the_nearest_one_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(["seperate"])
    assert left.value.code == 2
    assert "Did you mean 'separate'?" in capsys.readouterr().err
