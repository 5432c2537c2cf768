"""What the name of a file tells about its song."""

import pytest

from harmonix_splitter.domain.songs import UNKNOWN, facts_of_file


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        ("Nina Simone - Feeling Good.mp3", "Nina Simone", "Feeling Good"),
        ("Nina Simone – Feeling Good.flac", "Nina Simone", "Feeling Good"),
        ("01 Nina Simone - Feeling Good.mp3", "Nina Simone", "Feeling Good"),
        ("12. Nina Simone - Feeling Good.mp3", "Nina Simone", "Feeling Good"),
        ("03 - Nina Simone - Feeling Good.mp3", "Nina Simone", "Feeling Good"),
        ("Nina_Simone_-_Feeling_Good.mp3", "Nina Simone", "Feeling Good"),
        ("Jay-Z - 99 Problems - Live.mp3", "Jay-Z", "99 Problems - Live"),
        ("50 Cent - In da Club.mp3", "50 Cent", "In da Club"),
        ("AC_DC - T.N.T..mp3", "AC_DC", "T.N.T."),
    ],
)
def test_a_name_with_a_dash_between_spaces_tells_artist_and_title(name: str, artist: str, title: str) -> None:
    facts = facts_of_file(name)

    assert (facts.artist, facts.title) == (artist, title)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("My Tune.mp3", "My Tune"),
        ("my_tune.mp3", "my_tune"),
        ("Twenty-One.mp3", "Twenty-One"),
        ("99 Problems.mp3", "99 Problems"),
        ("07 - Feeling Good.mp3", "Feeling Good"),
        ("07 Feeling Good.mp3", "Feeling Good"),
        ("Nina Simone - .mp3", "Nina Simone -"),
        (" - Feeling Good.mp3", "- Feeling Good"),
        ("- - -.mp3", "- - -"),
        ("01 - .mp3", "01 -"),
        ("", UNKNOWN),
    ],
)
def test_a_name_with_nothing_on_one_side_is_only_a_title(name: str, title: str) -> None:
    facts = facts_of_file(name)

    assert (facts.artist, facts.title) == (UNKNOWN, title)
