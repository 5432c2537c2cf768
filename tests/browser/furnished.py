"""A data folder somebody moved into already: an administrator, and the demo song as if a job had made it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from harmonix_splitter.audio.demo_song import demo_stems
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.bootstrap.database import prepare
from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.domain.demo import ARTIST, TITLE, truth
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.domain.sources import upload
from tests.browser.mixer_server import analysis_of
from tests.songs_on_file import RATE, Finished, put_on_file
from tests.studios import PASSWORD, fresh_studio

NAME = "mika"


def furnish(folder: Path, *extra: Finished) -> list[Song]:
    """The songs that are there: the demo song and what else was asked for."""
    studio = fresh_studio(folder)
    try:
        prepare(studio.parts)
        people = studio.accounts.people
        people.create(people.new_user(NAME, role=Role.ADMIN), PASSWORD)
        return [_put(studio, number, made) for number, made in enumerate((demo(), *extra))]
    finally:
        studio.close()


def demo() -> Finished:
    stems = demo_stems()
    return Finished(TITLE, ARTIST, _sum(stems), stems, analysis_of(truth()))


HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>{{7*7}}'


def hostile() -> Finished:
    """A few seconds whose every word is an attack."""
    stems = {name: stem[: 4 * RATE] for name, stem in demo_stems().items()}
    sections = [{"start": 0, "end": 4, "label": HOSTILE, "letter": "A"}]
    return Finished(HOSTILE, HOSTILE, _sum(stems), stems, {"duration": 4.0, "sections": sections})


def long(minutes: float, names: tuple[str, ...]) -> Finished:
    """The demo song over and over, under as many stem names as wanted."""
    count = round(minutes * 60 * RATE)
    played = [np.tile(stem, (count // len(stem) + 1, 1))[:count] for stem in demo_stems().values()]
    stems = {name: played[place % len(played)] for place, name in enumerate(names)}
    return Finished("Lanterns All Night", ARTIST, played[0], stems)


def sign_in(page: Any) -> None:
    page.get_by_label("Name", exact=False).first.fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")


def _put(studio: Studio, number: int, made: Finished) -> Song:
    return put_on_file(studio, NAME, upload(f"{number:024x}"), made)


def _sum(stems: Mapping[str, np.ndarray]) -> np.ndarray:
    total: np.ndarray = np.sum(list(stems.values()), axis=0)
    return total
