"""Invented text goes, repeated choruses stay."""

import pytest

from harmonix_splitter.domain.lyrics.invented import Heard, sifted


def heard(text: str, start: float = 10.0, end: float = 14.0, **facts: float) -> Heard:
    return Heard(text, start, end, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Subtitles by the Amara.org community",
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Untertitel der Amara.org-Community",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "Subtítulos realizados por la comunidad de Amara.org",
        "ご視聴ありがとうございました",
        "♪♪♪",
        "[Music]",
    ],
)
def test_credit_lines_and_noise_are_dropped(text: str):
    assert sifted([heard(text)]).kept == ()


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for the music, the songs I'm singing",
        "I watched the river, thanks to you",
        "Don't forget to love me",
        "Music makes the people come together",
        "Gracias a la vida que me ha dado tanto",
    ],
)
def test_lines_that_only_resemble_a_credit_stay(text: str):
    assert len(sifted([heard(text)]).kept) == 1


def test_a_chorus_sung_eight_times_stays():
    chorus = [heard("Let it be, let it be", 10.0 + 5 * n, 14.0 + 5 * n) for n in range(8)]

    assert len(sifted(chorus).kept) == 8


def test_la_la_la_is_singing():
    assert len(sifted([heard("la la la la la la la la la la", mean_log_probability=-0.3)]).kept) == 1


def test_a_decoder_that_is_stuck_is_cut_off():
    stuck = [heard("oh", 10 + 0.5 * n, 10.4 + 0.5 * n) for n in range(30)]

    assert len(sifted(stuck).kept) == 3


def test_text_where_nobody_sings_is_dropped():
    result = sifted([heard("hello there", 10, 12), heard("hello again", 30, 32)], sung=[(9.0, 13.0)])

    assert [segment.start for segment in result.kept] == [10]
    assert result.dropped[0].reason == "no voice"


def test_the_models_own_doubt_counts_only_with_a_low_probability():
    assert sifted([heard("hey", no_speech=0.9, mean_log_probability=-0.2)]).kept
    assert not sifted([heard("hey", no_speech=0.9, mean_log_probability=-1.4)]).kept


def test_text_too_fast_for_a_singer_is_dropped():
    assert not sifted([heard("a whole sentence that cannot be sung in no time at all", 10.0, 10.3)]).kept
