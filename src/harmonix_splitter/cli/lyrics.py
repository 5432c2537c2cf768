"""harmonix lyrics: words for plain files of music, without a server or an account."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.cli.lyrics_answers import Form, Found, Output, give, gives_lyrics
from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import studio
from harmonix_splitter.domain.lyrics import Lyrics, Timing
from harmonix_splitter.domain.lyrics.alignment import TextToAlign
from harmonix_splitter.domain.lyrics.languages import asked_language
from harmonix_splitter.domain.lyrics.lookup import SongFacts
from harmonix_splitter.domain.lyrics.shapes import document_of
from harmonix_splitter.domain.separation import VOCALS, Mode, Quality, Recipe
from harmonix_splitter.errors import InvalidRequestError, NotFoundError
from harmonix_splitter.services.ports.lyrics import TranscriptionWish

app = typer.Typer(add_completion=False, no_args_is_help=True)

Song = Annotated[Path, typer.Argument(help="A file of music.", exists=True, dir_okay=False)]
WordsFile = Annotated[Path, typer.Argument(help="A lyrics file of any known format.", exists=True, dir_okay=False)]
Language = Annotated[str, typer.Option("--language", "-l", help="The language sung in, such as en or fr.")]
IsVocals = Annotated[bool, typer.Option("--vocals", help="The file is a vocal stem already: do not separate it.")]


@app.callback()
def lyrics() -> None:
    """Time, fetch, transcribe and convert words."""


@app.command()
@gives_lyrics("elrc")
def align(
    here: Studio,
    song: Song,
    text: Annotated[str, typer.Argument(help='A file with the words, "-" for stdin, or the words themselves.')],
    language: Language = "",
    engine: Annotated[str, typer.Option(help="built-in, pocketsphinx or ctc.")] = "",
    vocals: IsVocals = False,
) -> Found:
    """Find when each word of a text is sung."""
    wanted = _wanted(here, text, asked_language(language))
    with _voice(here, song, is_vocals=vocals) as stem:
        timed = here.word_timing.align(
            stem, wanted, engine, _progress("aligning"), "pasted text", None if vocals else song
        )
    for note in timed.lyrics.notes:
        say(note)
    return timed.lyrics, {"fit": timed.fit, "belongs": timed.belongs, "engine": timed.lyrics.model}


@app.command()
@gives_lyrics("elrc")
def transcribe(
    here: Studio,
    song: Song,
    language: Language = "",
    model: Annotated[str, typer.Option(help="tiny, base, small, medium, large-v3 ...")] = "",
    vocals: IsVocals = False,
) -> Found:
    """Write down what is sung (needs the extra `speech` and a model)."""
    wish = TranscriptionWish(model or here.settings.lyrics.speech_model, asked_language(language))
    here.word_timing.check(wish.model)
    with _voice(here, song, is_vocals=vocals) as stem:
        return here.word_timing.transcribe(stem, wish, _progress("listening")), {}


@app.command()
@gives_lyrics("lrc")
def fetch(
    here: Studio,
    song: Annotated[Path | None, typer.Argument(help="A file of music, for its tags and length.")] = None,
    title: Annotated[str, typer.Option()] = "",
    artist: Annotated[str, typer.Option()] = "",
    album: Annotated[str, typer.Option()] = "",
) -> Found:
    """Look words up: in the file's tags, beside it, then on the web."""
    search = here.lyrics_search
    found = None
    facts = SongFacts(title, artist, album)
    if song is not None:
        found = search.in_file(song) or search.beside_file(song)
        facts = _facts(here, song, facts)
    found = found or search.on_the_web(facts)
    if found is None or not found.lines:
        advice = "Give --title and --artist." if not facts.can_be_looked_up else "Check title, artist and length."
        is_off = not here.settings.sources.lrclib
        off = "Nothing is looked up on the web: sources.lrclib is switched off."
        raise NotFoundError("No lyrics were found.", advice=off if is_off else advice)
    return found, {}


@app.command()
def export(file: WordsFile, form: Form, output: Output = None, as_json: AsJson = False) -> None:
    """Write a lyrics file in another format."""
    give(_read(studio(), file), {}, output, form, as_json=as_json)


@app.command(name="import")
def bring_in(file: WordsFile, output: Output = None, as_json: AsJson = False) -> None:
    """Read a lyrics file and write it as a Lyricsfile, which keeps everything."""
    give(_read(studio(), file), {}, output, "lyricsfile", as_json=as_json)


@app.command()
def show(file: WordsFile, as_json: AsJson = False) -> None:
    """Show what a lyrics file, or the tags of a file of music, hold."""
    found = _read(studio(), file)
    if as_json:
        print_json({"ok": True, **document_of(found)})
        return
    for line in found.settled().lines:
        at = "  --:--.--" if line.start is None else f"{int(line.start) // 60:4d}:{line.start % 60:05.2f}"
        typer.echo(f"{at}  {line.text}")


def _wanted(here: Studio, text: str, language: str) -> TextToAlign:
    if text == "-":
        return TextToAlign.of_text(typer.get_text_stream("stdin").read(), language)
    file = Path(text) if "\n" not in text and len(text) < 4_000 else None
    if file is None or not file.is_file():
        if file is not None and " " not in text.strip():
            raise NotFoundError(f"There is no file {text!r}.", advice="Give a text file, or the words in quotes.")
        return TextToAlign.of_text(text, language)
    found = _read(here, file)
    if found.timing is Timing.NONE:
        return TextToAlign.of_text(found.text, language or found.language)
    return TextToAlign.of_lyrics(found, language)


@contextmanager
def _voice(here: Studio, song: Path, *, is_vocals: bool) -> Iterator[Path]:
    """The vocal stem: the file itself, or one made for the occasion."""
    if is_vocals:
        yield song
        return
    with TemporaryDirectory(prefix="harmonix-") as folder:
        recipe = Recipe(Mode.KARAOKE, Quality.BALANCED, here.settings.separation.engine)
        made = here.separation.separate(song, recipe, Path(folder), _progress("separating"))
        say(f"Vocals separated with {made.engine} {made.model}.")
        yield made.stems[VOCALS]


def _progress(verb: str) -> Any:
    shown = [-1]

    def tell(share: float, /) -> None:
        tenth = int(share * 10)
        if tenth > shown[0]:
            shown[0] = tenth
            say(f"{verb} {tenth * 10} %")

    return tell


def _facts(here: Studio, song: Path, given: SongFacts) -> SongFacts:
    """What the caller did not say comes from the file's tags."""
    found = here.lyrics_search.probe.probe(song)
    tags = {key.lower(): value for key, value in found.tags.items()}
    return replace(
        given,
        title=given.title or tags.get("title", ""),
        artist=given.artist or tags.get("artist", ""),
        album=given.album or tags.get("album", ""),
        duration=found.duration,
    )


def _read(here: Studio, file: Path) -> Lyrics:
    if file.suffix.lower() in {".mp3", ".flac", ".m4a", ".mp4", ".ogg", ".opus", ".wav"}:
        found = here.lyrics_search.in_file(file) or here.lyrics_search.beside_file(file)
        if found is None:
            raise NotFoundError(f"There are no words in or beside {file.name}.")
        return found
    raw = file.read_bytes()
    if len(raw) > 1_000_000:
        raise InvalidRequestError(f"{file.name} has {len(raw):,} bytes: that is no lyrics file.")
    if b"\0" in raw and not raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise InvalidRequestError(f"{file.name} holds no text: that is no lyrics file.")
    return here.lyrics_search.read(here.lyrics_search.files.decoded(raw), file.name)
