"""harmonix midi: the notes of recordings, as MIDI files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from harmonix_splitter.cli.output import FAILED, OK, PARTLY_FAILED, AsJson, print_json, say, say_error
from harmonix_splitter.cli.separate_inputs import Recording, recordings
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain.notes import USUAL_TEMPO, written
from harmonix_splitter.errors import HarmonixError
from harmonix_splitter.services.notes import ONE_VOICE, NotesService

app = typer.Typer(add_completion=False)


@app.command()
def midi(
    files: Annotated[list[str], typer.Argument(help="Recordings, best single stems: files, folders or patterns.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")] = Path("midi"),
    tempo: Annotated[
        float, typer.Option(min=20, max=400, help="Beats a minute the file is written in; moments stay the same.")
    ] = USUAL_TEMPO,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Write down what recordings play: several notes at once with the model basic_pitch, one line without it."""
    service = studio(data_dir, config).notes
    results = [_tried(service, recording, out, tempo) for recording in recordings(files)]
    done = [result for result in results if result["ok"]]
    if any(result["engine"] == ONE_VOICE for result in done):
        say("One line of notes was followed; `harmonix models pull basic_pitch` hears several at once.")
    if as_json:
        print_json(results[0] if len(results) == 1 else {"ok": len(done) == len(results), "results": results})
    raise typer.Exit(OK if len(done) == len(results) else PARTLY_FAILED if done else FAILED)


def _tried(service: NotesService, recording: Recording, out: Path, tempo: float) -> dict[str, Any]:
    try:
        heard = service.notes(recording.path, tempo)
    except HarmonixError as failed:
        say(f"{recording.shown}:")
        say_error(failed, as_json=False)
        return {"file": recording.shown, "ok": False, "error": {"code": failed.code, "message": failed.message}}
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{recording.track}.mid"
    target.write_bytes(written(heard.sheet, recording.track))
    count = len(heard.sheet.notes)
    say(f"{recording.shown}: {count} {'note' if count == 1 else 'notes'} in {target}")
    return {
        "file": recording.shown,
        "ok": True,
        "midi": str(target),
        "notes": count,
        "duration": round(heard.sheet.duration, 3),
        "engine": heard.engine,
    }
