"""harmonix demo: a song we know everything about goes through everything we can do."""

from pathlib import Path
from typing import Annotated, Any

import typer

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain import demo as song
from harmonix_splitter.domain.separation import Recipe

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the song, its stems and its words go.")] = Path(
        "harmonix-demo"
    ),
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Make the demo song, take it apart, and compare what was found with the truth."""
    from harmonix_splitter.bootstrap.demo import demo_flac

    here = studio(data_dir, config)
    out.mkdir(parents=True, exist_ok=True)
    recording = out / f"{song.TITLE}.flac"
    unfinished = recording.with_suffix(".part")
    try:
        unfinished.write_bytes(demo_flac())
        unfinished.replace(recording)
    finally:
        unfinished.unlink(missing_ok=True)
    found = {"file": str(recording), **_taken_apart(here, recording, out)}
    for name, value in found["compared"].items():
        say(f"{name:9} {value['found']!s:24} (true: {value['true']})")
    if as_json:
        print_json({"ok": True, **found})


def _taken_apart(here: Studio, recording: Path, out: Path) -> dict[str, Any]:
    truth = song.truth()
    say("Separating ...")
    separated = here.separation.separate(recording, Recipe(), out)
    say("Listening ...")
    analysis = here.analysis.analyze(recording, separated.stems)
    say("Timing the words ...")
    missed = _word_errors(here, recording, separated.stems["vocals"], truth)
    document = analysis.to_document()
    tempo, key = document.get("tempo") or {}, document.get("key") or {}
    compared = {
        "tempo": {"found": tempo.get("bpm"), "true": song.BPM},
        "key": {"found": f"{key.get('key')} {key.get('scale')}", "true": f"{song.KEY} {song.SCALE}"},
        "chords": {"found": len(document.get("chords") or []), "true": len(truth.chords)},
        "sections": {"found": len(document.get("sections") or []), "true": len(truth.sections)},
        "words": {"found": f"median {missed * 1000:.0f} ms off", "true": "0 ms"},
    }
    stems = {name: str(path) for name, path in separated.stems.items()}
    return {"engine": separated.engine, "model": separated.model, "stems": stems, "compared": compared}


def _word_errors(here: Studio, recording: Path, vocals: Path, truth: song.DemoTruth) -> float:
    """How far the words' starts are off, in seconds, in the middle."""
    import statistics

    from harmonix_splitter.domain.lyrics.alignment import TextToAlign

    timed = here.word_timing.align(vocals, TextToAlign.of_text(truth.text, song.LANGUAGE), recording=recording)
    starts = [word.start for line in timed.lyrics.lines for word in line.words]
    sung = [word.start for line in truth.lines for word in line]
    return statistics.median(abs(one - other) for one, other in zip(starts, sung, strict=False))
