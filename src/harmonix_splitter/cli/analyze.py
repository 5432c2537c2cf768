"""harmonix analyze: tempo, key, chords, sections, instruments and loudness of songs."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from harmonix_splitter.cli.output import FAILED, OK, PARTLY_FAILED, AsJson, print_json, say, say_error
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain.analysis import Analysis, detected_in
from harmonix_splitter.domain.analysis.jams import to_jams
from harmonix_splitter.errors import HarmonixError

app = typer.Typer(add_completion=False)


@app.command()
def analyze(
    songs: Annotated[list[Path], typer.Argument(help="Audio or video files.")],
    stems: Annotated[
        Path | None, typer.Option("--stems", help="A folder with drums, bass, vocals ... of one song.")
    ] = None,
    jams: Annotated[Path | None, typer.Option("--jams", help="Write a .jams file per song into this folder.")] = None,
    beats: Annotated[
        str | None, typer.Option("--beats", help="auto, harmonix, beat_this, beatnet or madmom (non-commercial).")
    ] = None,
    chords: Annotated[
        str | None,
        typer.Option("--chords", help="auto, hybrid, chordnet, btc, madmom (non-commercial) or harmonix."),
    ] = None,
    key: Annotated[str | None, typer.Option("--key", help="auto, harmonix or keynet.")] = None,
    sections: Annotated[str | None, typer.Option("--sections", help="auto, harmonix or msaf.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Find out the tempo, beats, key, chords, sections, instruments and loudness of songs."""
    engines = {"analysis__beats": beats, "analysis__chords": chords, "analysis__key": key}
    service = studio(data_dir, config, **engines, analysis__sections=sections).analysis
    results: list[dict[str, Any]] = []
    for song in songs:
        try:
            analysis = service.analyze(song, _stems_in(stems))
        except HarmonixError as failed:
            say(f"{song}:")
            say_error(failed, as_json=False)
            results.append({"file": str(song), "ok": False, "error": {"code": failed.code, "message": failed.message}})
            continue
        _show(song, analysis)
        if jams is not None:
            _write_jams(jams, song, analysis)
        results.append({"file": str(song), "ok": True, **analysis.to_document()})
    done = sum(result["ok"] for result in results)
    if as_json:
        print_json(results[0] if len(results) == 1 else {"ok": done == len(results), "results": results})
    raise typer.Exit(OK if done == len(results) else PARTLY_FAILED if done else FAILED)


def _stems_in(folder: Path | None) -> dict[str, Path]:
    if folder is None:
        return {}
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in (".flac", ".wav", ".mp3", ".m4a")}


def _write_jams(folder: Path, song: Path, analysis: Analysis) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{song.stem}.jams").write_text(json.dumps(to_jams(analysis, title=song.stem)))


def _show(song: Path, analysis: Analysis) -> None:
    rhythm, key = analysis.rhythm, analysis.key
    tempo = f"{rhythm.tempo.bpm:.1f} BPM" if rhythm.tempo else "no steady beat"
    metre = f", {rhythm.metre.name}" if rhythm.metre else ""
    named = f"{key.spelled} {key.scale.lower()} ({key.camelot})" if key else "no clear key"
    loud = analysis.loudness.integrated if analysis.loudness else None
    say(f"{song.name}: {tempo}{metre}, {named}" + (f", {loud:.1f} LUFS" if loud is not None else ", silent"))
    say("  chords: " + " ".join(chord.name.short(key) for chord in analysis.chords[:12] if chord.name.is_chord))
    say("  plays: " + (", ".join(detected_in(analysis.instruments)) or "nothing we recognise"))
    for part, why in analysis.missing.items():
        say(f"  {part}: {why}")
