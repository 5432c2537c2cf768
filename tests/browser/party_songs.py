"""Songs whose sound tells where they are and in which key: each hertz belongs to one moment."""

import shutil
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import soundfile

from harmonix_splitter.api.routes.party.web_search import SHOWN
from harmonix_splitter.bootstrap import Studio, studio
from harmonix_splitter.domain.analysis import Analysis, VocalRange
from harmonix_splitter.domain.library import HAS_VIDEO, LibraryItem, Recording, item_id_of, place_of
from harmonix_splitter.domain.lyrics import Lyrics
from harmonix_splitter.domain.lyrics.document import Line, Word
from harmonix_splitter.domain.separation import Mode, Recipe
from harmonix_splitter.domain.songs import SongFacts
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.domain.units import Seconds
from tests.fakes.processing import FakeSite

RATE = 44_100
SECONDS = 60.0
TITLES = {"Lanterns": "lanterns000", "Rivers": "rivers00000", "Windows": "00000000001"}
SEARCHED = "evening"
"""What YouTube was asked for before the night; the second it found is Windows."""
FILMED, FRAMES_A_SECOND = "Rivers", 5
LOWEST, HERTZ_A_SECOND = 400.0, 20.0
WORDS = "Evening falls upon the valley"


def moment_of(hertz: float, semitones: int = 0) -> float:
    """The second of the song that sounds like this."""
    return (hertz / 2 ** (semitones / 12) - LOWEST) / HERTZ_A_SECOND


def add_songs(folder: Path, owner: str) -> None:
    """Finished karaoke songs in this user's library, each a rising tone with a faint voice; sung from C4 to D5."""
    shelf = studio({"data.dir": folder, "logging.console": "off", "server.worker_here": False})
    try:
        stems = _stems(folder)
        for title, video in TITLES.items():
            # The library takes its files away.
            copies = {name: Path(shutil.copy(path, folder / f"{video}-{path.name}")) for name, path in stems.items()}
            _add(shelf, owner, title, video, copies)
        replace(shelf.sources, site=FakeSite()).search(SEARCHED, SHOWN)
    finally:
        shelf.close()


def _add(shelf: Studio, owner: str, title: str, video: str, stems: dict[str, Path]) -> None:
    source, recipe, now = youtube(video), Recipe(mode=Mode.KARAOKE), shelf.parts.clock.now()
    details = {HAS_VIDEO: True} if title == FILMED else {}
    recording = Recording(video, source, title, "The Tests", SECONDS, RATE, int(SECONDS * RATE), details=details)
    original = (
        _film(stems["vocals"].with_name(f"{video}.webm"))
        if title == FILMED
        else Path(shutil.copy(stems["instrumental"], stems["instrumental"].with_name(f"{video}.flac")))
    )
    shelf.library.publish_recording(recording, {"original": original}, ())
    shelf.library.record.save_analysis(video, Analysis(SECONDS, vocal_range=VocalRange(60, 74)).to_document())
    place = place_of(video, recipe)
    item = LibraryItem(
        item_id_of(place), video, source, recipe, place, tuple(stems), 10, now, title, "The Tests", SECONDS
    )
    shelf.library.publish(item, stems, {})
    shelf.library.record.put(item)
    shelf.lyrics.book.save(video, Lyrics(tuple(_line(4.0 * number) for number in range(14))), owner)
    found = shelf.accounts.people.users.named(owner)
    assert found is not None
    facts = SongFacts(title, "The Tests", duration_ms=int(SECONDS * 1000))
    shelf.songs.request(found[0].id, source, recipe, facts)


def _stems(folder: Path) -> dict[str, Path]:
    time = np.arange(int(SECONDS * RATE)) / RATE
    rising = 0.3 * np.sin(2 * np.pi * (LOWEST * time + HERTZ_A_SECOND * time**2 / 2))
    faint = 0.02 * np.sin(2 * np.pi * 220 * time)
    paths = {}
    for name, wave in (("vocals", faint), ("instrumental", rising)):
        paths[name] = folder / f"{name}.flac"
        soundfile.write(paths[name], np.stack([wave, wave], axis=1), RATE, subtype="PCM_16")
    return paths


def _film(path: Path) -> Path:
    """Pictures that change their colour all the time, as a browser can show them."""
    with av.open(str(path), "w", format="webm") as film:
        stream = film.add_stream("libvpx", rate=FRAMES_A_SECOND)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(int(SECONDS * FRAMES_A_SECOND)):
            picture = np.full((36, 64, 3), (number * 7 % 256, 80, 160), np.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(stream.encode(None))
    return path


def _line(start: float) -> Line:
    times = [start + 0.7 * place for place in range(6)]
    words = zip(WORDS.split(), times, times[1:], strict=False)
    return Line.of_words(Word(text, Seconds(begin), Seconds(end)) for text, begin, end in words)
