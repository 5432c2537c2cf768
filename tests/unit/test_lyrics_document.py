"""Lyrics as a value: times, offsets, shapes, versions and what a human wrote."""

from dataclasses import replace

import pytest

from harmonix_splitter.domain.lyrics import Layer, LayerKind, Line, Lyrics, Provenance, Timing, Voice, Word
from harmonix_splitter.domain.lyrics.shapes import document_of, karaoke_fields_of, lyrics_from, segments_of
from harmonix_splitter.domain.lyrics.versions import changes, edited, may_replace, merged
from harmonix_splitter.domain.units import Seconds
from harmonix_splitter.errors import InvalidRequestError


def word(text: str, start: float, end: float, confidence: float | None = None) -> Word:
    return Word(text, Seconds(start), Seconds(end), confidence)


RIVER = Line.of_words(
    [word("the", 1.0, 1.4, 0.9), word("river", 1.5, 2.2, 0.5)],
    provenance=Provenance.ALIGNED,
    layers=(Layer(LayerKind.TRANSLATION, "der Fluss", "de"),),
)
RUNS = Line.of_words([word("runs", 2.5, 3.0, 0.7)], provenance=Provenance.ALIGNED, voice=Voice.BACKING)
SONG = Lyrics(lines=(RIVER, RUNS), language="en", duration=Seconds(4.0))


def test_a_line_is_as_sure_as_its_words():
    assert RIVER.confidence == pytest.approx(0.7)


def test_pieces_join_to_the_text_whatever_stands_between_words():
    line = replace(RIVER, text="the — river!")

    assert [piece for piece, _ in line.pieces()] == ["the — ", "river!"]


def test_one_untimed_line_makes_a_song_untimed():
    assert Lyrics(lines=(RIVER, Line("later"))).timing is Timing.NONE
    assert Lyrics(lines=(RIVER, Line("later", Seconds(9.0)))).timing is Timing.LINE


def test_the_origin_of_a_song_is_its_least_trusted_line():
    mixed = Lyrics(lines=(RIVER, replace(RUNS, provenance=Provenance.TRANSCRIBED)))

    assert mixed.provenance is Provenance.TRANSCRIBED


def test_offsets_of_song_and_line_add_up_and_never_go_below_zero():
    song = replace(SONG, offset=-1.2, lines=(RIVER, replace(RUNS, offset=0.5)))

    settled = song.settled()

    assert settled.lines[0].words[0].start == 0.0
    assert settled.lines[0].words[1].start == pytest.approx(0.3)
    assert settled.lines[1].start == pytest.approx(1.8)
    assert settled.offset == settled.lines[1].offset == 0.0


def test_the_harmonix_document_holds_everything():
    assert lyrics_from(document_of(SONG)) == SONG


def test_the_harmonix_document_has_the_documented_keys():
    document = document_of(SONG)

    assert {"text", "lines", "language", "language_confidence", "duration"} <= document.keys()
    assert document["lines"][0]["words"][0] == {"word": "the", "start": 1.0, "end": 1.4, "confidence": 0.9}


def test_the_stemtube_shape_leaves_untimed_lines_out():
    song = replace(SONG, lines=(*SONG.lines, Line("spoken at the end")))

    segments = segments_of(song)

    assert segments[1] == {
        "start": 2.5,
        "end": 3.0,
        "text": "runs",
        "words": [{"start": 2.5, "end": 3.0, "word": "runs"}],
    }
    assert len(segments) == 2


def test_the_stemtube_shape_is_read_back():
    assert lyrics_from(segments_of(SONG)).lines[0].words[1].text == "river"


def test_the_karaoke_shape_has_no_synced_text_without_times():
    assert karaoke_fields_of(Lyrics(lines=(Line("a"),)), "[00:00.00]a") == {"plainLyrics": "a", "syncedLyrics": None}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "need `lines` or `text`"),
        ({"lines": "no"}, "is a list"),
        ({"lines": [3]}, "line 1 is not an object"),
        ({"lines": [{"text": "a", "start": "x"}]}, "line 1 start is not a number"),
        ({"lines": [{"text": "a", "start": float("nan")}]}, "line 1 start is not a number"),
        ({"lines": [{"text": "a", "start": -1}]}, "line 1 start is not a time"),
        ({"lines": [{"text": "a", "start": 2, "end": 1}]}, "line 1 ends before"),
        ({"lines": [{"text": "a", "words": [{"word": "a"}]}]}, "line 1 word 1 has no start"),
        ({"lines": [{"text": "a", "voice": "tenor"}]}, "none of lead, second, backing"),
        ({"lines": [{}] * 20_001}, "too many"),
    ],
)
def test_a_wrong_document_is_refused_by_name(document: object, said: str):
    with pytest.raises(InvalidRequestError, match=said):
        lyrics_from(document)  # type: ignore[arg-type]


def test_saving_makes_only_touched_lines_human():
    moved = replace(RUNS, start=Seconds(2.6), words=())

    saved = edited(SONG, Lyrics(lines=(RIVER, moved)))

    assert [line.provenance for line in saved.lines] == [Provenance.ALIGNED, Provenance.HUMAN]


def test_a_machine_keeps_every_line_a_human_wrote():
    mine = replace(RIVER, start=Seconds(0.9), provenance=Provenance.HUMAN)
    current = Lyrics(lines=(mine, RUNS))
    found = Lyrics(lines=(replace(RIVER, start=Seconds(7.0)), replace(RUNS, start=Seconds(8.0)), Line("away")))

    both = merged(current, found)

    assert both.lines[0] == mine
    assert both.lines[1].start == 8.0
    assert both.lines[2].text == "away"


def test_a_machine_does_not_take_a_human_line_out():
    mine = Line("my own line", Seconds(2.0), provenance=Provenance.HUMAN)

    both = merged(Lyrics(lines=(RIVER, mine)), Lyrics(lines=(RIVER, Line("something else"))))

    assert mine in both.lines


def test_machines_may_only_replace_what_is_no_better():
    transcribed = SONG.from_provenance(Provenance.TRANSCRIBED)

    assert may_replace(None, transcribed)
    assert may_replace(transcribed, SONG)
    assert not may_replace(SONG, transcribed)
    assert not may_replace(SONG.from_provenance(Provenance.HUMAN), SONG)


def test_a_difference_says_what_happened_to_each_line():
    after = replace(SONG, lines=(replace(RIVER, start=Seconds(0.5)), Line("walks"), Line("away")))

    kinds = [(change.kind, change.at) for change in changes(SONG, after)]

    assert kinds == [("retimed", 0), ("changed", 1)]
