"""Takes of a song are found by its name, however the take is told."""

import pytest

from harmonix_splitter.domain.songs import name_of_song


@pytest.mark.parametrize(
    "title",
    [
        "Let's Go Fishin'",
        "Lets Go Fishin",
        "LET’S GO FISHIN’ (Live)",
        "Let's Go Fishin' - Live at Home",
        "Let's Go Fishin' [DJ X Remix]",
        "Let's Go Fishin' feat. Somebody",
    ],
)
def test_every_take_has_the_same_name(title: str) -> None:
    assert name_of_song(title) == "letsgofishin"


@pytest.mark.parametrize(
    ("title", "name"), [("(Everything I Do)", "everythingido"), ("???", "???"), ("Für Élise", "furelise")]
)
def test_a_name_is_never_empty(title: str, name: str) -> None:
    assert name_of_song(title) == name


def test_other_songs_have_other_names() -> None:
    assert len({name_of_song(title) for title in ("Home", "Homecoming", "Home Again", "愛", "恋")}) == 5
