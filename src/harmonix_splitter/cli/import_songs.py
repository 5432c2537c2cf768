"""harmonix import: files and folders become songs of somebody's library; a running studio or worker does the work."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.cli.output import FAILED, OK, PARTLY_FAILED, AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain.allowance import UNLIMITED
from harmonix_splitter.domain.separation import Mode, Quality, Recipe
from harmonix_splitter.errors import HarmonixError, NotFoundError

app = typer.Typer(add_completion=False)

MUSIC = {".mp3", ".wav", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".aiff", ".aif", ".wma", ".webm", ".mp4", ".mkv"}
_PIECE = 1024 * 1024


@app.command()
def import_songs(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders to look through.", exists=True)],
    user: Annotated[str, typer.Option("--user", "-u", help="Whose songs they become.")],
    mode: Annotated[Mode, typer.Option("--mode", "-m")] = Mode.GROUPED,
    quality: Annotated[Quality, typer.Option("--quality", "-q")] = Quality.BALANCED,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Bring files and folders into the library. What somebody had done before is there at once."""
    here = studio(data_dir, config)
    here.prepare()
    known = here.accounts.people.users.named(user)
    if known is None:
        raise NotFoundError(f"There is no user {user!r}.", advice="`harmonix users list` shows them.")
    results = [_asked(here, known[0].id, path, Recipe(mode, quality)) for path in _songs_in(paths)]
    done = sum(result["ok"] for result in results)
    say(f"{done} of {len(results)} files taken in; a running studio or `harmonix worker` does the work.")
    if as_json:
        print_json({"ok": done == len(results), "songs": results})
    raise typer.Exit(OK if done == len(results) else PARTLY_FAILED if done else FAILED)


def _songs_in(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
        else:
            yield from sorted(_music_below(path))


def _music_below(folder: Path) -> Iterator[Path]:
    """Nothing hidden, and no links: they may lead anywhere on this machine."""
    for place, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        for path in (Path(place, name) for name in names if not name.startswith(".")):
            if path.suffix.lower() not in MUSIC:
                continue
            if path.is_symlink():
                say(f"{path}: left out, it is a link. Name the file itself.")
            elif path.is_file():
                yield path


def _asked(here: Studio, owner: str, path: Path, recipe: Recipe) -> dict[str, Any]:
    most = here.settings.limits.upload_mb * 1_000_000
    try:
        received = here.sources.uploads.receive(path.name, _pieces(path), most)
        # Whoever has the machine's shell is not held to what its users may have.
        asked = replace(here.songs, allowed=lambda: UNLIMITED).request_upload(owner, received, recipe)
    except HarmonixError as refused:
        say(f"{path}: {refused}")
        return {"file": str(path), "ok": False, "error": refused.message}
    return {"file": str(path), "ok": True, "songId": asked.song.id, "instant": asked.song.is_playable}


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
