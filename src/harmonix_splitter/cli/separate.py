"""harmonix separate: songs in, stems out. Demucs' spellings of the options work too."""

from pathlib import Path
from typing import Annotated

import typer

from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.config.sections import SeparationSettings
from harmonix_splitter.domain.media import AudioFormat, Encoding, format_named
from harmonix_splitter.domain.separation import Mode, Quality, Recipe
from harmonix_splitter.errors import InvalidRequestError

app = typer.Typer(add_completion=False)

_HIDDEN = {"hidden": True}


@app.command()
def separate(
    inputs: Annotated[list[str], typer.Argument(help='Files, folders or patterns; "-" reads a stream from stdin.')],
    output: Annotated[Path, typer.Option("-o", "--output", "--out", help="Where the stems go.")] = Path("separated"),
    mode: Annotated[Mode | None, typer.Option("-m", "--mode", help="Which stems come out.")] = None,
    quality: Annotated[Quality | None, typer.Option("-q", "--quality", help="How much time may be spent.")] = None,
    stems: Annotated[str, typer.Option("--stems", "-i", "--instruments", help="Only these, e.g. vocals,bass.")] = "",
    two_stems: Annotated[str, typer.Option("--two-stems", help="One stem and the song without it.")] = "",
    engine: Annotated[str | None, typer.Option("--engine", help="auto, demucs, onnx or embedded.")] = None,
    model: Annotated[str, typer.Option("--model", "-n", "--name", help="One model of the engine.")] = "",
    device: Annotated[str | None, typer.Option("-d", "--device", help="auto, cuda, mps or cpu.")] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="wav, flac, mp3, m4a or opus.")] = "",
    bits: Annotated[int, typer.Option("--bits", help="16 or 24; 32 is floating point (wav).")] = 16,
    bitrate: Annotated[int, typer.Option("--bitrate", "--mp3-bitrate", help="kbit/s of mp3, m4a, opus.")] = 0,
    vbr: Annotated[bool, typer.Option("--vbr", help="mp3 with variable bit rate.")] = False,
    filename: Annotated[str, typer.Option("--filename", help="Name template.")] = "{track}/{stem}.{ext}",
    silent: Annotated[bool, typer.Option("--silent/--no-silent", help="Keep stems without sound, too.")] = True,
    resume: Annotated[bool, typer.Option("--resume", help="Skip songs whose stems are all there.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
    mp3: Annotated[bool, typer.Option("--mp3", **_HIDDEN)] = False,
    flac: Annotated[bool, typer.Option("--flac", **_HIDDEN)] = False,
    int24: Annotated[bool, typer.Option("--int24", **_HIDDEN)] = False,
    float32: Annotated[bool, typer.Option("--float32", **_HIDDEN)] = False,
    cpu_only: Annotated[bool, typer.Option("--cpu-only", **_HIDDEN)] = False,
    shifts: Annotated[int | None, typer.Option("--shifts", **_HIDDEN)] = None,
    overlap: Annotated[float | None, typer.Option("--overlap", **_HIDDEN)] = None,
    segment: Annotated[float | None, typer.Option("--segment", **_HIDDEN)] = None,
    jobs: Annotated[int | None, typer.Option("-j", "--jobs", **_HIDDEN)] = None,
) -> None:
    """Split songs into stems, each exactly as long as the song."""
    from harmonix_splitter.cli.separate_batch import Batch
    from harmonix_splitter.cli.separate_inputs import checked_template, streamed

    _say_unused(shifts, overlap, segment, jobs)
    here = studio(data_dir, config, separation__device="cpu" if cpu_only else device)
    recipe = _recipe(here.settings.separation, mode, quality, engine, model, (stems, two_stems))
    form, bits = form or ("mp3" if mp3 else "flac" if flac else "wav"), 32 if float32 else 24 if int24 else bits
    encoding = _encoding(format_named(form), bits, bitrate, variable=vbr)
    batch = Batch(here.separation, recipe, output, checked_template(filename), encoding, silent, resume)
    with streamed(inputs) as recordings:
        results, code = batch.run(recordings)
    if as_json:
        print_json({"ok": code == 0, "results": results})
    raise typer.Exit(code)


def _say_unused(*values: float | None) -> None:
    if any(value is not None for value in values):
        say("--shifts, --overlap, --segment and --jobs follow from --quality here and are not used.")


def _recipe(
    defaults: SeparationSettings,
    mode: Mode | None,
    quality: Quality | None,
    engine: str | None,
    model: str,
    stems: tuple[str, str],
) -> Recipe:
    mode, quality = mode or Mode(defaults.mode), quality or Quality(defaults.quality)
    chosen, single = (tuple(name.strip() for name in text.split(",") if name.strip()) for text in stems)
    if single and chosen:
        raise InvalidRequestError("--two-stems and --stems cannot be combined.")
    if single:
        mode, chosen = Mode.KARAOKE, single if single != ("vocals",) else ()
    elif chosen:
        mode = Mode.PER_INSTRUMENT
    return Recipe(mode, quality, engine or defaults.engine, model, chosen)


def _encoding(form: AudioFormat, bits: int, kilobits: int, *, variable: bool) -> Encoding:
    return Encoding(form, bits if form.is_lossless else 16, kilobits, variable)
