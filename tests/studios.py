"""A studio in an empty folder, served in this process, with people to ask as."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from harmonix_splitter.adapters.database.base import metadata
from harmonix_splitter.api.main import create_app
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.bootstrap import studio as new_studio
from harmonix_splitter.domain.accounts import Role

ORIGIN = "http://studio.test"
PASSWORD = "a short sentence"


@contextmanager
def served(folder: Path, **flags: Any) -> Iterator[TestClient]:
    """The application on a fresh data folder. `accounts__sign_up="open"` sets accounts.sign_up."""
    studio = fresh_studio(folder, **flags)
    with TestClient(create_app(studio), base_url=ORIGIN, follow_redirects=False) as client:
        metadata.create_all(studio.parts.database.engine)
        client.headers["origin"] = ORIGIN
        yield client


def fresh_studio(folder: Path, **flags: Any) -> Studio:
    named = {name.replace("__", "."): value for name, value in flags.items()}
    return new_studio({"data.dir": folder, "sources.youtube": False, "server.worker_here": False, **named})


def person(client: TestClient, name: str, role: Role = Role.MEMBER) -> TestClient:
    """A browser of its own, in which somebody new is signed in."""
    studio: Studio = client.app.state.studio  # type: ignore[attr-defined]
    people = studio.accounts.people
    people.create(people.new_user(name, role=role), PASSWORD)
    return signed_in(client, name)


def signed_in(client: TestClient, name: str) -> TestClient:
    browser = TestClient(client.app, base_url=ORIGIN, follow_redirects=False)
    browser.headers["origin"] = ORIGIN
    browser.post("/api/auth/login", json={"name": name, "password": PASSWORD}).raise_for_status()
    return browser


def key_of(browser: TestClient, *scopes: str) -> dict[str, str]:
    """The header of a fresh key with these scopes."""
    made = browser.post("/api/account/keys", json={"name": "key", "scopes": list(scopes)})
    made.raise_for_status()
    return {"authorization": f"Bearer {made.json()['key']}"}
