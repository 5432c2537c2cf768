"""Every lyrics format is written and read back; readers forgive, writers do not guess."""

import string

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harmonix_splitter.domain.lyrics import Layer, LayerKind, Line, Lyrics, Timing, Voice, Word
from harmonix_splitter.domain.lyrics_formats import FORMATS, format_named, format_of, lrc, lyricsfile
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError

WORDS = st.text(string.ascii_letters + "äéß'’-.,!?愛사ش", min_size=1, max_size=9).filter(
    lambda text: any(letter.isalnum() for letter in text)
)


@st.composite
def songs(draw: st.DrawFn, *, worded: bool = True) -> Lyrics:
    """A song whose times lie on a grid of 10 ms, lines one after the other."""
    at, lines = draw(st.integers(0, 6_000)), []
    for _ in range(draw(st.integers(1, 6))):
        words = []
        for text in draw(st.lists(WORDS, min_size=1, max_size=5)):
            end = at + draw(st.integers(1, 120))
            words.append(Word(text, Seconds(at / 100), Seconds(end / 100)))
            at = end + draw(st.sampled_from([0, 0, 7, 30]))
        line = Line.of_words(words)
        lines.append(line if worded else Line(line.text, line.start, line.end))
        at += draw(st.sampled_from([0, 1, 40, 1_000]))
    return Lyrics(lines=tuple(lines), language=draw(st.sampled_from(["", "en", "pt-BR"])))


def read_back(name: str, lyrics: Lyrics) -> Lyrics:
    text = FORMATS[name].write(lyrics)
    reader = FORMATS[name].read
    return reader(text) if reader else lyricsfile.from_mapping(yaml.safe_load(text))


def times(lyrics: Lyrics) -> list[object]:
    return [(line.text, round((line.start or 0) * 100), round((line.end or 0) * 100)) for line in lyrics.lines]


def word_times(lyrics: Lyrics) -> list[object]:
    return [(w.text, round(w.start * 100), round(w.end * 100)) for line in lyrics.lines for w in line.words]


@pytest.mark.parametrize("name", ["lrc", "elrc", "lyricsfile", "ttml", "srt", "vtt", "ass"])
@settings(max_examples=30, deadline=None)
@given(song=songs(worded=False))
def test_timed_lines_survive_every_timed_format(name: str, song: Lyrics):
    assert times(read_back(name, song)) == times(song)


@pytest.mark.parametrize("name", ["elrc", "lyricsfile", "ttml", "ass", "ultrastar"])
@settings(max_examples=30, deadline=None)
@given(song=songs())
def test_timed_words_survive_every_format_that_has_them(name: str, song: Lyrics):
    back = read_back(name, song)

    assert word_times(back) == word_times(song)
    assert [line.text for line in back.lines] == [line.text for line in song.lines]


@settings(max_examples=30, deadline=None)
@given(song=songs())
def test_webvtt_keeps_word_starts(song: Lyrics):
    back = read_back("vtt", song)

    assert [(text, start) for text, start, _ in word_times(back)] == [  # type: ignore[misc]
        (text, start)
        for text, start, _ in word_times(song)  # type: ignore[misc]
    ]


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300) | st.text(string.digits + "[]<>:.,-#> \nPEF*{}\\k", max_size=300))
def test_no_text_at_all_breaks_a_reader(name: str, text: str):
    reader = FORMATS[name].read
    if reader is None:
        return
    try:
        lyrics = reader(text)
    except InvalidRequestError:
        return
    for line in lyrics.lines:
        assert line.start is None or line.start >= 0
        assert line.end is None or line.start is None or line.end >= line.start


def test_plain_text_keeps_its_stanzas():
    assert FORMATS["txt"].write(read_back("txt", Lyrics(lines=(Line("a"), Line("b", opens_stanza=True))))) == "a\n\nb\n"


@pytest.mark.parametrize("name", ["lyricsfile", "ttml", "ass", "ultrastar"])
def test_voices_survive_where_a_format_has_them(name: str):
    lead = Line.of_words([Word("me", Seconds(1), Seconds(2))])
    other = Line.of_words([Word("you", Seconds(3), Seconds(4))], voice=Voice.SECOND)

    back = read_back(name, Lyrics(lines=(lead, other)))

    assert [line.voice for line in back.lines] == [Voice.LEAD, Voice.SECOND]


@pytest.mark.parametrize("name", ["lyricsfile", "ttml"])
def test_translations_survive_where_a_format_has_them(name: str):
    line = Line("amor", Seconds(1), Seconds(2), layers=(Layer(LayerKind.TRANSLATION, "love", "en"),))

    assert read_back(name, Lyrics(lines=(line,))).lines[0].layers == line.layers


def test_a_written_format_carries_the_offset_in_its_times():
    song = Lyrics(lines=(Line("late", Seconds(1.0), Seconds(2.0)),), offset=0.25)

    assert "[00:01.25]late" in lrc.write(song)


HOSTILE_LRC = (
    "\ufeff[ti:River]\r\n[ar: The Band ]\r\n[offset:+500]\r\n[00:20.5][00:10]Chorus again\r\n"
    "[1:02:345]third digits\r\n[00:05.25]first <words>\r\n\r\nloose text\r\n[00:30,10]\r\n[bad:tag\r\n"
)


def test_a_wild_lrc_is_read_in_order_of_time():
    read = lrc.read(HOSTILE_LRC)

    assert [(line.text, line.start) for line in read.lines if line.start is not None] == [
        ("first <words>", 5.25),
        ("Chorus again", 10.0),
        ("Chorus again", 20.5),
        ("third digits", 62.345),
    ]
    assert read.lines[-2].end == 30.1
    assert read.offset == -0.5
    assert dict(read.tags) == {"title": "River", "artist": "The Band"}


def test_a_positive_lrc_offset_shows_the_words_earlier():
    assert lrc.read("[offset:500]\n[00:10.00]a").settled().lines[0].start == 9.5


@pytest.mark.parametrize("body", ["<00:01.00>one <00:02.00>two <00:03.00>", "[00:01.00]one [00:02.00]two [00:03.00]"])
def test_word_stamps_are_read_in_either_bracket(body: str):
    line = lrc.read(f"[00:01.00]{body}").lines[0]

    assert [(word.text, word.start, word.end) for word in line.words] == [("one", 1.0, 2.0), ("two", 2.0, 3.0)]


def test_a_repeated_line_repeats_its_words():
    lines = lrc.read("[00:10.00][00:30.00]<00:10.50>oh <00:11.00>").lines

    assert [line.words[0].start for line in lines] == [10.5, 30.5]


@pytest.mark.parametrize(
    "text",
    ["[00:01.00]a\n" * 10_000, "[00:01.00]" * 10_000 + "a", "x" * 1_000_001],
    ids=["lines", "stamps", "size"],
)
def test_an_lrc_no_song_could_have_is_refused_at_once(text: str):
    with pytest.raises(InvalidRequestError, match=r"lines"):
        lrc.read(text)


def test_ttml_that_could_expand_is_refused():
    bomb = '<!DOCTYPE tt [<!ENTITY a "aaaa">]><tt>&a;</tt>'

    with pytest.raises(InvalidRequestError, match="DOCTYPE"):
        FORMATS["ttml"].read(bomb)  # type: ignore[misc]


def test_ttml_of_a_streaming_service_is_read():
    text = """<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xml:lang="en"><body>
    <div><p begin="9.5" end="12.000s" ttm:agent="v2"><span begin="9.5" end="10">Hello</span> <span begin="0:10.5"
    end="11500ms">you</span><span ttm:role="x-bg"><span begin="11" end="12">(ooh)</span></span></p></div></body></tt>"""

    lead, backing = FORMATS["ttml"].read(text).lines  # type: ignore[misc]

    assert (lead.text, lead.voice, lead.start, lead.end) == ("Hello you", Voice.SECOND, 9.5, 12.0)
    assert [(word.text, word.start, word.end) for word in lead.words] == [("Hello", 9.5, 10.0), ("you", 10.5, 11.5)]
    assert (backing.text, backing.voice, backing.start) == ("(ooh)", Voice.BACKING, 11.0)


def test_ultrastar_syllables_join_to_words():
    text = (
        "#TITLE:T\n#BPM:300,0\n#GAP:1000\n: 0 2 5 Ri\n* 2 2 7 ver\n: 4 2 5  runs\n: 6 2 5 ~\n- 10\nF 20 4 0 Away\nE\n"
    )

    lyrics = FORMATS["ultrastar"].read(text)  # type: ignore[misc]

    assert [(word.text, round(word.start, 2), round(word.end, 2)) for word in lyrics.lines[0].words] == [
        ("River", 1.0, 1.2),
        ("runs", 1.2, 1.4),
    ]
    assert lyrics.lines[1].start == pytest.approx(2.0)


def test_ass_durations_do_not_drift_along_a_line():
    words = [Word("la", Seconds(n * 0.333), Seconds((n + 1) * 0.333)) for n in range(60)]

    back = read_back("ass", Lyrics(lines=(Line.of_words(words),)))

    assert max(abs(a.start - b.start) for a, b in zip(back.lines[0].words, words, strict=True)) <= 0.005 + 1e-9


@pytest.mark.parametrize(
    ("text", "file_name", "expected"),
    [
        ("[00:01.00]a", "", "lrc"),
        ("[00:01.00]<00:01.00>a", "", "elrc"),
        ("WEBVTT\n\n", "", "vtt"),
        ("1\n00:00:01,000 --> 00:00:02,000\na", "", "srt"),
        ("<?xml version='1.0'?><tt/>", "", "ttml"),
        ("#TITLE:x\n", "song.txt", "ultrastar"),
        ("version: '1.0'\nlines:\n- text: a", "", "lyricsfile"),
        ("[Script Info]\n", "", "ass"),
        ("just words", "song.txt", "txt"),
        ("just words", "", "txt"),
    ],
)
def test_formats_are_recognised_by_what_they_hold(text: str, file_name: str, expected: str):
    assert format_of(text, file_name).name == expected


def test_an_unknown_format_is_named_with_the_known_ones():
    with pytest.raises(InvalidRequestError, match="Known: lrc, elrc"):
        format_named("docx")


def test_reading_plain_text_leaves_it_untimed():
    assert FORMATS["txt"].read("a\nb").timing is Timing.NONE  # type: ignore[misc]
