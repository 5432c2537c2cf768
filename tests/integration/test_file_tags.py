"""What a file says about itself becomes its song's card, unless somebody wrote something else there."""

import struct
import zlib
from pathlib import Path

import pytest

from harmonix_splitter.adapters.media.encoding import PyAvEncoder
from harmonix_splitter.adapters.media.file_tags import MediaTags
from harmonix_splitter.domain.media import AudioFormat, Encoding
from harmonix_splitter.domain.songs import facts_of_tags
from tests import makers_media as make
from tests.fakes.library_rig import GROUPED, KARAOKE, Rig
from tests.fakes.processing import FakeTags

TOLD = {"title": "Feeling Good", "artist": "Nina Simone", "album": "I Put a Spell on You", "date": "1965-06-01"}


def png(width: int, height: int) -> bytes:
    """A picture of that size; a large one is as small a file as a bomb is."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + (width + 7) // 8) * min(height, 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", [AudioFormat.MP3, AudioFormat.FLAC, AudioFormat.M4A, AudioFormat.OPUS])
def test_title_artist_album_and_year_are_read_from_every_form(tmp_path: Path, form: AudioFormat) -> None:
    sound = make.write(tmp_path / "plain.wav", make.tone(0.5))
    song = PyAvEncoder().encode(sound, tmp_path / f"song.{form}", Encoding(form), TOLD, png(8, 8))

    card = facts_of_tags(MediaTags().read(song), "07 whatever.mp3")
    cover = MediaTags().cover(song, tmp_path)

    assert (card.title, card.artist, card.album) == ("Feeling Good", "Nina Simone", "I Put a Spell on You")
    assert card.year == 1965
    assert cover is not None
    assert cover.read_bytes().startswith(b"\x89PNG")


def test_a_cover_that_is_far_too_large_is_left_out(tmp_path: Path) -> None:
    sound = make.write(tmp_path / "plain.wav", make.tone(0.5))
    song = PyAvEncoder().encode(sound, tmp_path / "song.flac", Encoding(AudioFormat.FLAC), TOLD, png(9_000, 9_000))

    assert MediaTags().cover(song, tmp_path) is None
    assert MediaTags().read(song)["title"] == "Feeling Good"


def test_broken_and_missing_tags_leave_what_the_name_tells(tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(b"\x00" * 999)

    assert MediaTags().read(tmp_path / "noise.mp3") == {}
    card = facts_of_tags({"title": " \n ", "date": "someday"}, "Nina Simone - Feeling Good.mp3")

    assert (card.title, card.artist, card.album, card.year) == ("Feeling Good", "Nina Simone", "", None)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path, tags=FakeTags(TOLD, png(8, 8))).create_tables()


def test_a_card_that_only_guessed_from_the_file_name_takes_the_tags_over(rig: Rig) -> None:
    received = rig.uploads.receive("track 07.mp3", [b"sound"], 100)
    guessed = rig.songs.request_upload("ann", received, KARAOKE).song
    rig.work()
    again = rig.songs.request_upload("bob", received, GROUPED).song

    card = rig.songs.song(guessed.id)
    assert guessed.facts.title == "track 07"
    assert (card.facts.title, card.facts.artist, card.facts.year) == ("Feeling Good", "Nina Simone", 1965)
    assert card.has_picture
    assert rig.library.open_stem(card.item_id, "thumbnail").path.read_bytes() == png(8, 8)
    assert rig.library.item(card.item_id).title == "Feeling Good"
    assert again.facts.album == "I Put a Spell on You"


def test_what_somebody_wrote_on_the_card_stays(rig: Rig) -> None:
    received = rig.uploads.receive("track 07.mp3", [b"sound"], 100)
    song = rig.songs.request_upload("ann", received, KARAOKE).song
    rig.songs.correct(song.id, "ann", title="My title")

    rig.work()

    card = rig.songs.song(song.id).facts
    assert (card.title, card.artist) == ("My title", "Nina Simone")
