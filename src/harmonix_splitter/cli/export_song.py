"""harmonix export: a song out of the library: its stems, what was found, its words."""

import json
from pathlib import Path
from typing import Annotated

import typer

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.bootstrap.separation import encoder
from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.packs import PackKind
from harmonix_splitter.domain.separation import ORIGINAL
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import ConflictError, NotFoundError

app = typer.Typer(add_completion=False)


@app.command()
def export_song(
    song: Annotated[str, typer.Argument(help="The song's id, as the studio's address bar shows it.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")] = Path("export"),
    form: Annotated[AudioFormat, typer.Option("--format", "-f")] = AudioFormat.FLAC,
    pack: Annotated[PackKind | None, typer.Option("--pack", "-p", help="For other programs, instead of stems.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Write a song's stems, analysis and words into a folder, or a pack of it for other programs."""
    here = studio(data_dir, config)
    here.prepare()
    found = here.songs.song(song)
    if not found.is_playable:
        raise ConflictError("This song is not ready yet.", advice="`harmonix worker` or a running studio makes it so.")
    out.mkdir(parents=True, exist_ok=True)
    if pack:
        files = _pack(here, found, out, pack)
    else:
        files = [*_stems(here, found, out, form), *_facts(here, found, out), *_words(here, found, out)]
    say(f"{len(files)} files in {out}")
    if as_json:
        print_json({"ok": True, "song": song, "files": [str(path) for path in files]})


def _pack(here: Studio, song: Song, out: Path, kind: PackKind) -> list[Path]:
    written = []
    for file in here.packs.pack(kind, song).files:
        path = out / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.path.read_bytes() if file.path else file.content)
        written.append(path)
    return written


def _stems(here: Studio, song: Song, out: Path, form: AudioFormat) -> list[Path]:
    item = here.library.item(song.item_id)
    written = []
    for name in (*item.stems, ORIGINAL):
        kept = here.library.open_stem(song.item_id, name).path
        written.append(encoder().encode(kept, out / f"{name}.{form}", Encoding(form)))
    return written


def _facts(here: Studio, song: Song, out: Path) -> list[Path]:
    recording = here.library.record.recording(here.library.item(song.item_id).recording_id)
    if not recording.analysis:
        return []
    path = out / "analysis.json"
    path.write_text(json.dumps(recording.analysis, ensure_ascii=False, indent=2), encoding="utf-8")
    return [path]


def _words(here: Studio, song: Song, out: Path) -> list[Path]:
    try:
        text, _form = here.lyrics.written(here.library.item(song.item_id).recording_id, "elrc")
    except NotFoundError:
        return []
    path = out / "words.lrc"
    path.write_text(text, encoding="utf-8")
    return [path]
