"""Where the lyrics a command found go: the options every such command shares, and the giving."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain.lyrics import Lyrics
from harmonix_splitter.domain.lyrics.shapes import document_of
from harmonix_splitter.domain.lyrics_formats import format_named

Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write here; the suffix says the format.")]
Form = Annotated[
    str, typer.Option("--format", "-f", help="lrc, elrc, lyricsfile, ttml, srt, vtt, ass, ultrastar, txt.")
]
_SHARED = {"output": Output, "form": Form, "as_json": AsJson, "data_dir": DataDir, "config": ConfigFile}
Found = tuple[Lyrics, Mapping[str, Any]]
"""The lyrics, and what --json says besides."""


def gives_lyrics(form: str) -> Callable[[Callable[..., Found]], Callable[..., None]]:
    """Make a command of `(here: Studio, ...) -> Found`: it gets the shared options; `form` is the usual format."""
    defaults = {"output": None, "form": form, "as_json": False, "data_dir": None, "config": None}

    def decorate(find: Callable[..., Found]) -> Callable[..., None]:
        @wraps(find)
        def command(**asked: Any) -> None:
            output, form, as_json, data_dir, config = (asked.pop(name) for name in _SHARED)
            give(*find(studio(data_dir, config), **asked), output, form, as_json=as_json)

        own = [each for name, each in inspect.signature(find).parameters.items() if name != "here"]
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=defaults[name], annotation=kind)
            for name, kind in _SHARED.items()
        ]
        command.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
        hints = get_type_hints(find, include_extras=True)
        command.__annotations__ = {each.name: hints[each.name] for each in own} | _SHARED
        return command

    return decorate


def give(found: Lyrics, extra: Mapping[str, Any], output: Path | None, form: str, *, as_json: bool) -> None:
    """As a file, as JSON, or as text on stdout."""
    chosen = format_named(output.suffix if output is not None and output.suffix else form)
    if output is not None:
        output.write_text(chosen.write(found), encoding="utf-8")
        say(f"Wrote {output}.")
    if as_json:
        print_json({"ok": True, **extra, **document_of(found.settled())})
    elif output is None:
        typer.echo(chosen.write(found), nl=False)
