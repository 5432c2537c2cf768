"""Pasted text: what is sung stays, everything else falls away, in every script."""

import pytest

from harmonix_splitter.domain.lyrics.text import plain_letters, sung_lines, words_of
from harmonix_splitter.errors import InvalidRequestError

PASTED = """\ufeff{title: River}
[Verse 1]
C        G/B      Am7
The <b>river</b> runs [Am]away
| C | G | % |

Chorus:
[00:12.50]Oh &amp; oh (x2)
A song
Em
"""


def test_chords_markup_headings_and_stamps_are_not_sung():
    assert [line.text for line in sung_lines(PASTED)] == ["The river runs away", "Oh & oh", "Oh & oh", "A song"]


def test_an_empty_line_or_a_heading_opens_a_stanza():
    assert [line.opens_stanza for line in sung_lines(PASTED)] == [False, True, False, False]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hello, world !", ["hello,", "world"]),
        ("我爱你", ["我", "爱", "你"]),
        ("きっと love を、", ["きっ", "と", "love", "を、"]),
        ("사랑 해요", ["사랑", "해요"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"]),
        ("don't – stop", ["don't", "stop"]),
        ("「空」", ["「空」"]),
    ],
)
def test_words_follow_the_script(line: str, words: list[str]):
    assert words_of(line) == words


@pytest.mark.parametrize("line", ["A", "Am I wrong", "Bad", "Dad", "Add me", "I am"])
def test_words_that_look_like_chords_are_sung(line: str):
    assert [sung.text for sung in sung_lines(line)] == [line]


@pytest.mark.parametrize("text", ["", "   \n", "[Chorus]\n[Am] [F]", "♪ ♪"])
def test_text_without_words_is_refused(text: str):
    with pytest.raises(InvalidRequestError, match="no words"):
        sung_lines(text)


@pytest.mark.parametrize("text", ["la " * 400_000, "la\n" * 2_001])
def test_far_too_much_text_is_refused(text: str):
    with pytest.raises(InvalidRequestError, match=r"bytes|more than one song"):
        sung_lines(text)


def test_letters_compare_without_accents_and_case():
    assert plain_letters("Él, ¡ÉTÉ!") == "elete"
