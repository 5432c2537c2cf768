"""Every known link form becomes one video id; everything else is refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmonix_splitter.domain.sources import Source, playlist_of, source_of, source_of_key, upload, youtube
from harmonix_splitter.errors import InvalidRequestError

ID = "cNGjD0VG4R8"

KNOWN = [
    ID,
    f"https://www.youtube.com/watch?v={ID}",
    f"http://youtube.com/watch?v={ID}",
    f"https://m.youtube.com/watch?list=PL1234567890ab&v={ID}&t=3s",
    f"https://music.youtube.com/watch?v={ID}&feature=share",
    f"https://youtu.be/{ID}",
    f"https://youtu.be/{ID}?t=42",
    f"youtu.be/{ID}",
    f"www.youtube.com/watch?v={ID}",
    f"https://www.youtube.com/embed/{ID}?autoplay=1",
    f"https://www.youtube-nocookie.com/embed/{ID}",
    f"https://www.youtube.com/v/{ID}",
    f"https://www.youtube.com/shorts/{ID}",
    f"https://www.youtube.com/live/{ID}?si=abc",
    f"HTTPS://WWW.YOUTUBE.COM/watch?v={ID}",
    f"https://www.youtube.com./watch?v={ID}",
    f"  https://youtu.be/{ID}  ",
    f"https://youtu.be/{ID}#fragment",
    f"https://www.youtube.com/vi/{ID}",
    f"https://www.youtube.com/?v={ID}",
    f"https://youtube.com/?feature=player_embedded&v={ID}",
    f"https://www.youtube.com/watch?vi={ID}",
    f"https://www.youtube.com/watch?v={ID}&vi={ID}",
    f"https://www.youtube.com/attribution_link?a=tolCzpA7CrY&u=%2Fwatch%3Fv%3D{ID}%26feature%3Dshare",
    f"https://www.youtube.com/oembed?url=http%3A//www.youtube.com/watch?v%3D{ID}&format=json",
    f"youtube.com/oembed?url=https://youtu.be/{ID}",
    f"https://youtu.be/watch?v={ID}",
    f"https://youtu.be/{ID}&feature=channel",
    f"https://www.youtube.com/v/{ID}&hl=en",
    f"https://www.youtubekids.com/watch?v={ID}",
    f"youtubekids.com/watch?v={ID}",
    f"//www.youtube.com/watch?v={ID}",
]

REFUSED = [
    "",
    " ",
    f"{ID}x",
    ID[:-1],
    f"https://evil.example/watch?v={ID}",
    f"https://youtube.com.evil.example/watch?v={ID}",
    f"https://evil.example/?u=youtube.com/watch?v={ID}",
    f"https://youtube.com@evil.example/watch?v={ID}",
    f"https://user:pw@www.youtube.com/watch?v={ID}",
    f"https://www.youtube.com:8080/watch?v={ID}",
    f"ftp://www.youtube.com/watch?v={ID}",
    f"file:///watch?v={ID}",
    f"javascript:alert('{ID}')",
    f"https://youtu.be/{ID}/evil",
    f"https://youtu.be/../{ID}",
    f"https://www.youtube.com/watch?v={ID}&v=dQw4w9WgXcQ",
    f"https://www.youtube.com/watch?v={ID}x",
    f"https://www.youtube.com/watch?v={ID}\n",
    f"{ID}\n",
    f"https://www。youtube。com/watch?v={ID}",
    f"https://www.youtube.com\\@evil.example/watch?v={ID}",
    "https://www.youtube.com/watch?v=",
    "https://www.youtube.com/playlist?list=PL1234567890ab",
    "http://[::1",
    "http://127.0.0.1/watch?v=" + ID,
    "cNGjD0VG4R８",
    f"https://www.youtube.com/vi/{ID}/0.jpg",
    f"https://www.youtube.com/?v={ID}x",
    f"https://www.youtube.com/watch?v={ID}&vi=dQw4w9WgXcQ",
    f"https://www.youtube.com/attribution_link?u=%2F%2Fevil.example%2Fwatch%3Fv%3D{ID}",
    f"https://www.youtube.com/attribution_link?u=https%3A%2F%2Fevil.example%2Fwatch%3Fv%3D{ID}",
    f"https://www.youtube.com/attribution_link?u=%2Fwatch%3Fv%3D{ID}%0A",
    f"https://www.youtube.com/attribution_link?u=%2Fwatch%3Fv%3D{ID}&u=%2Fwatch%3Fv%3DdQw4w9WgXcQ",
    f"https://www.youtube.com/attribution_link?u=%2Fattribution_link%3Fu%3D%252Fwatch%253Fv%253D{ID}",
    f"https://www.youtube.com/oembed?url=https%3A%2F%2Fuser%40www.youtube.com%2Fwatch%3Fv%3D{ID}",
    f"https://www.youtube.com/oembed?url=ftp%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D{ID}",
    f"https://evil.example/oembed?url=https://youtu.be/{ID}",
    f"https://www.youtube.com/redirect?q=https%3A%2F%2Fyoutu.be%2F{ID}",
    f"https://youtu.be/watch/{ID}",
    f"https://youtu.be/?v={ID}",
    f"https://evilyoutubekids.com/watch?v={ID}",
    f"//evil.example/watch?v={ID}",
    f"///www.youtube.com/watch?v={ID}",
    "https://www.youtube.com/embed/videoseries?list=PL1234567890ab",
    "https://www.youtube.com/embed/live_stream?channel=UC1234567890ab",
]

IDS = st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=11, max_size=11)
HOSTS = ["youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtubekids.com"]
FORMS = [
    "watch?v={}", "watch?vi={}", "?v={}", "v/{}", "vi/{}", "e/{}", "embed/{}", "shorts/{}", "live/{}", "v/{}&hl=en",
    "attribution_link?u=%2Fwatch%3Fv%3D{}", "oembed?url=https%3A%2F%2Fyoutu.be%2F{}",
]  # fmt: skip


@pytest.mark.parametrize("link", KNOWN)
def test_a_known_form_becomes_the_video_id(link: str) -> None:
    assert source_of(link) == Source(source_of(ID).kind, ID)


@pytest.mark.parametrize("link", REFUSED)
def test_anything_else_is_refused(link: str) -> None:
    with pytest.raises(InvalidRequestError):
        source_of(link)


def test_the_link_is_rebuilt_from_the_id_alone() -> None:
    source = source_of(f"https://music.youtube.com/watch?v={ID}&pp=evil")

    assert source.link == f"https://www.youtube.com/watch?v={ID}"


def test_an_id_that_looks_like_an_option_is_only_ever_part_of_a_link() -> None:
    assert source_of("-" * 11).link == "https://www.youtube.com/watch?v=-----------"


@given(st.text(alphabet=string.printable + "。＠．", max_size=80))
def test_whatever_is_typed_is_an_id_or_a_refusal(text: str) -> None:
    try:
        found = source_of(text)
    except InvalidRequestError:
        return
    assert len(found.id) == 11
    assert found.id in text


@given(
    IDS.filter(lambda name: name not in {"videoseries", "live_stream"}),
    st.sampled_from(["", "//", "http://", "https://"]),
    st.sampled_from(HOSTS),
    st.sampled_from(FORMS),
)
def test_every_form_gives_the_id_that_is_in_it(video_id: str, beginning: str, host: str, form: str) -> None:
    assert source_of(f"{beginning}{host}/{form.format(video_id)}") == youtube(video_id)


@given(IDS, st.sampled_from(FORMS), st.text(alphabet=string.ascii_lowercase + ".-@:\\", min_size=1, max_size=12))
def test_no_other_host_is_believed_in_any_form(video_id: str, form: str, other: str) -> None:
    for host in (f"{other}.example", f"youtube.com.{other}.example", f"{other}-youtube.com", f"youtube.com@{other}.x"):
        with pytest.raises(InvalidRequestError):
            source_of(f"https://{host}/{form.format(video_id)}")


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_", max_size=20).filter(lambda id: len(id) != 11))
def test_an_id_of_another_length_is_none_in_any_form(name: str) -> None:
    for form in FORMS:
        with pytest.raises(InvalidRequestError):
            source_of(f"https://www.youtube.com/{form.format(name)}")


@given(IDS)
def test_keys_are_read_back(video_id: str) -> None:
    assert source_of_key(youtube(video_id).key) == youtube(video_id)


def test_uploads_are_known_by_their_bytes() -> None:
    assert upload("AB" * 32).folder == "upload-" + "ab" * 12
    with pytest.raises(InvalidRequestError):
        upload("../../etc/passwd")


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://www.youtube.com/playlist?list=PL1234567890ab", "PL1234567890ab"),
        (f"https://www.youtube.com/watch?v={ID}&list=PL1234567890ab", "PL1234567890ab"),
        ("https://evil.example/playlist?list=PL1234567890ab", None),
        ("https://www.youtube.com/playlist?list=../../x", None),
        ("youtube.com/playlist?list=PL1234567890ab", "PL1234567890ab"),
        ("//www.youtube.com/playlist?list=PL1234567890ab", "PL1234567890ab"),
        ("HTTPS://WWW.YOUTUBE.COM/playlist?list=PL1234567890ab", "PL1234567890ab"),
        (f"https://youtu.be/{ID}?list=PL1234567890ab&index=2", "PL1234567890ab"),
        (f"youtu.be/{ID}?list=PL1234567890ab", "PL1234567890ab"),
        ("https://www.youtube.com/embed/videoseries?list=PL1234567890ab", "PL1234567890ab"),
        ("https://www.youtube.com/playlist?list=PL1234567890ab&list=PL0987654321ba", None),
        ("https://user@www.youtube.com/playlist?list=PL1234567890ab", None),
        ("ftp://www.youtube.com/playlist?list=PL1234567890ab", None),
        ("https://www.youtube.com/playlist?list=PL1234567890ab\n", None),
        ("https://www.youtube.com\\@evil.example/playlist?list=PL1234567890ab", None),
        ("PL1234567890ab", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_playlists_are_found(link: str, found: str | None) -> None:
    assert playlist_of(link) == found


ALLOWED = ("example.org", "Music.Example.net")


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/watch/12?t=3#now",
        "https://WWW.example.org/watch/12?t=3",
        "example.org/watch/12",
        "http://music.example.net/",
    ],
)
def test_a_page_of_an_allowed_site_is_a_source_of_its_own(link: str) -> None:
    found = source_of(link, ALLOWED)

    assert (found.kind, found.is_youtube) == ("link", False)
    assert "#" not in found.url
    assert source_of_key(found.key).folder == found.folder == f"link-{found.id}"


@pytest.mark.parametrize(
    "link",
    [
        "https://example.net/watch/12",
        "https://evil-example.org/x",
        "https://example.org.evil.test/x",
        "https://user@example.org/x",
        "https://example.org:8080/x",
        "https://127.0.0.1/x",
        "file://example.org/etc/passwd",
        "https://example.org/ x",
        "https://exämple.org/x",
    ],
)
def test_no_other_page_is(link: str) -> None:
    with pytest.raises(InvalidRequestError):
        source_of(link, ALLOWED)


def test_youtube_stays_youtube_whatever_else_is_allowed() -> None:
    assert source_of(f"https://youtu.be/{ID}", ("youtu.be",)) == source_of(ID)
