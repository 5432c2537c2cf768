"""Hashes, tokens, signed links, pictures and accounts from elsewhere."""

import hashlib
import io
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from harmonix_splitter.adapters.security.avatars import AvatarFolder
from harmonix_splitter.adapters.security.old_accounts import OldAccountFiles
from harmonix_splitter.adapters.security.passwords import Passwords
from harmonix_splitter.adapters.security.secrets import RandomSecrets, SignedText
from harmonix_splitter.adapters.storage.keys import KeyFile
from harmonix_splitter.adapters.storage.shared_folder import SharedFolder
from harmonix_splitter.domain.accounts import Role
from harmonix_splitter.errors import (
    ConfigError,
    InvalidRequestError,
    NotAllowedError,
    NotFoundError,
    TooManyRequestsError,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "correct horse"
HEX_SALT = "00112233445566778899aabbccddeeff"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def _pbkdf2(salt: bytes, rounds: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, rounds).hex()


def _scrypt() -> str:
    return hashlib.scrypt(PASSWORD.encode(), salt=b"salt", n=1024, r=8, p=1, dklen=64).hex()


FOREIGN = {
    "bcrypt": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
    "werkzeug pbkdf2": f"pbkdf2:sha256:1000$salt${_pbkdf2(b'salt', 1000)}",
    "werkzeug scrypt": f"scrypt:1024:8:1$salt${_scrypt()}",
    "users.json, salt as text": f"pbkdf2_sha256$1000${HEX_SALT}${_pbkdf2(HEX_SALT.encode(), 1000)}",
    "users.json, salt as bytes": f"pbkdf2_sha256$1000${HEX_SALT}${_pbkdf2(bytes.fromhex(HEX_SALT), 1000)}",
}


@pytest.mark.parametrize("stored", FOREIGN.values(), ids=FOREIGN.keys())
def test_hashes_of_other_programs_are_read_and_known_to_be_dated(passwords: Passwords, stored: str) -> None:
    assert passwords.matches(PASSWORD, stored)
    assert not passwords.matches("wrong", stored)
    assert passwords.is_dated(stored)


def test_our_own_hash_is_argon2id_and_not_dated(passwords: Passwords) -> None:
    stored = passwords.hash(PASSWORD)

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(PASSWORD, stored)
    assert not passwords.is_dated(stored)


@pytest.mark.parametrize("password", ["x" * 73, "y" * 1024, "nul\x00nul\x00x", "ünïcödé ♪"])
def test_long_and_odd_passwords_count_to_their_last_letter(passwords: Passwords, password: str) -> None:
    stored = passwords.hash(password)

    assert passwords.matches(password, stored)
    assert not passwords.matches(password[:-1], stored)


def test_a_bcrypt_hash_answers_to_more_than_72_bytes_as_it_always_did(passwords: Passwords) -> None:
    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()

    assert passwords.matches("x" * 100, stored)


@pytest.mark.parametrize(
    "stored",
    ["", "plain text", "$argon2id$broken", "$2b$", "pbkdf2:sha256:x$a$b", "pbkdf2:sha256:9999999999$a$b",
     "scrypt:1:2$a$b", "scrypt:1048576:8:1$a$b", "pbkdf2:nosuch:5$a$b", "pbkdf2_sha256$5$a"],
)  # fmt: skip
def test_a_hash_that_cannot_be_read_lets_nobody_in(passwords: Passwords, stored: str) -> None:
    assert not passwords.matches(PASSWORD, stored)


def test_a_flood_of_hashes_is_turned_away_instead_of_queued_for_ever() -> None:
    passwords = Passwords(at_once=1, patience=0.01)

    with passwords._lane(), pytest.raises(TooManyRequestsError):
        passwords.hash(PASSWORD)


def test_tokens_are_long_and_never_twice_the_same() -> None:
    tokens = {RandomSecrets().token() for _ in range(100)}

    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43


def test_a_signed_link_opens_for_its_purpose_until_its_moment() -> None:
    signer = SignedText(b"k" * 32)
    link = signer.sign("stems", "song/älv", NOW + timedelta(hours=1))

    assert signer.read("stems", link, NOW) == "song/älv"
    for purpose, text, moment in (
        ("other", link, NOW),
        ("stems", link, NOW + timedelta(hours=1)),
        ("stems", link[:-2], NOW),
        ("stems", "", NOW),
        ("stems", "a.b.c", NOW),
    ):
        with pytest.raises(NotAllowedError):
            signer.read(purpose, text, moment)
    with pytest.raises(NotAllowedError):
        SignedText(b"j" * 32).read("stems", link, NOW)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_made_up_link_opens_anything(text: str) -> None:
    with pytest.raises(NotAllowedError):
        SignedText(b"k" * 32).read("stems", text, NOW)


def test_the_servers_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"

    key = KeyFile(path, lambda: token_bytes(32)).read()

    assert KeyFile(path, lambda: token_bytes(32)).read() == key
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret.key"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(b"half")

    with pytest.raises(ConfigError, match="damaged"):
        KeyFile(path, lambda: token_bytes(32)).read()
    assert path.read_bytes() == b"half"


def _picture(kind: str, size: tuple[int, int], **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_any_picture_becomes_a_small_square_jpeg(tmp_path: Path, kind: str) -> None:
    folder = AvatarFolder(SharedFolder(tmp_path))

    saved = folder.path(folder.save("u1", _picture(kind, (700, 300))))

    with Image.open(saved) as image:
        assert (image.format, image.size, image.getexif()) == ("JPEG", (256, 256), {})


@pytest.mark.parametrize(
    "picture", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n broken", _picture("BMP", (9, 9))]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, picture: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        AvatarFolder(SharedFolder(tmp_path)).save("u1", picture)
    assert list(tmp_path.glob("*.jpg")) == []


def test_a_picture_of_65000_by_65000_is_refused_by_its_header(tmp_path: Path) -> None:
    header = bytearray(_picture("PNG", (1, 1)))
    header[16:24] = (65000).to_bytes(4, "big") * 2

    with pytest.raises(InvalidRequestError):
        AvatarFolder(SharedFolder(tmp_path)).save("u1", bytes(header))


@pytest.mark.parametrize("name", ["../secret.key", "u1_00000000.jpg/..", "", "u1_00000000.png", "%2e%2e"])
def test_only_names_of_pictures_are_looked_up(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        AvatarFolder(SharedFolder(tmp_path / "avatars")).path(name)


def test_users_json_comes_in_with_roles_and_passwords(tmp_path: Path, passwords: Passwords) -> None:
    record = {"email": "a@example.org", "password_hash": _pbkdf2(HEX_SALT.encode(), 100_000), "salt": HEX_SALT,
              "role": "admin", "name": "Anna", "created_at": "2025-05-01T10:00:00", "is_active": False}  # fmt: skip
    (tmp_path / "users.json").write_text(json.dumps({"anna": record, "bob b": {"role": "user"}}))

    people = OldAccountFiles().read(tmp_path / "users.json")

    anna, stored = people["anna"]
    assert (anna.role, anna.display_name, anna.is_active) == (Role.ADMIN, "Anna", False)
    assert anna.created_at == datetime(2025, 5, 1, 10, tzinfo=UTC)
    assert passwords.matches(PASSWORD, stored)
    assert people["bob_b"][1] == ""


def test_the_users_of_a_stemtube_database_come_in(tmp_path: Path) -> None:
    path = tmp_path / "stemtubes.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE users (id, username, password_hash, email, is_admin, created_at)")
        database.execute("INSERT INTO users VALUES (1, 'anna', 'scrypt:x', 'a@b.c', 1, '2025-01-01 10:00:00')")
    database.close()

    anna, stored = OldAccountFiles().read(path)["anna"]

    assert (anna.role, anna.email, stored) == (Role.ADMIN, "a@b.c", "scrypt:x")


@pytest.mark.parametrize("content", ["[1]", '{"a": 1}', "{", ""])
def test_another_file_is_no_users_json(tmp_path: Path, content: str) -> None:
    (tmp_path / "users.json").write_text(content)

    with pytest.raises(InvalidRequestError):
        OldAccountFiles().read(tmp_path / "users.json")
    with pytest.raises(InvalidRequestError):
        OldAccountFiles().read(tmp_path / "absent.json")
