"""harmonix users, as somebody at the machine uses it."""

import io
import json
from pathlib import Path

import pytest

from harmonix_splitter.adapters.database.base import metadata
from harmonix_splitter.cli import users
from harmonix_splitter.cli.main import run
from tests.studios import fresh_studio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    studio = fresh_studio(tmp_path)
    studio.prepare()
    metadata.create_all(studio.parts.database.engine)
    studio.close()
    return tmp_path


def harmonix(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str, stdin: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    with pytest.raises(SystemExit) as ended:
        run(["users", *words, "--data-dir", str(folder)])
    return int(ended.value.code or 0)


def test_the_first_administrator_is_made_at_the_machine(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = harmonix(
        folder, monkeypatch, "create", "root", "--admin", "--password-stdin", "--json", stdin="long enough\n"
    )

    made = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (code, made["name"], made["role"]) == (0, "root", "admin")
    people = fresh_studio(folder).accounts.people
    assert people.hasher.matches("long enough", people.users.password_hash(made["id"]))


@pytest.mark.parametrize(
    ("words", "stdin", "code"),
    [
        (("create", "a b"), "long enough\n", 2),
        (("create", "bob"), "short\n", 2),
        (("password", "nobody"), "long enough\n", 4),
        (("delete", "nobody"), "", 4),
        (("import", "absent.json"), "", 2),
    ],
)
def test_what_cannot_be_done_says_so_in_its_exit_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], stdin: str, code: int
) -> None:
    assert harmonix(folder, monkeypatch, *words, stdin=stdin) == code


def test_accounts_are_changed_listed_and_taken_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "users.json").write_text(json.dumps({"carl": {"role": "user", "email": "c@example.org"}}))

    assert harmonix(folder, monkeypatch, "create", "root", "--admin", stdin="long enough\n") == 0
    assert harmonix(folder, monkeypatch, "import", str(folder / "users.json")) == 0
    assert harmonix(folder, monkeypatch, "role", "carl", "guest") == 0
    assert harmonix(folder, monkeypatch, "role", "root", "member") == 1
    assert harmonix(folder, monkeypatch, "password", "carl", stdin="another one\n") == 0
    capsys.readouterr()
    assert harmonix(folder, monkeypatch, "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(user["name"], user["role"]) for user in listed] == [("carl", "guest"), ("root", "admin")]
    assert harmonix(folder, monkeypatch, "delete", "carl") == 0


def test_no_password_is_ever_an_argument() -> None:
    options = {parameter for command in users.app.registered_commands for parameter in command.callback.__annotations__}

    assert "password" not in options
