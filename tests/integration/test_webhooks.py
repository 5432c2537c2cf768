"""Webhooks: what is told, signed, tried again, given up; and where nothing is ever sent."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harmonix_splitter.adapters.database.base import Database, metadata
from harmonix_splitter.adapters.database.webhooks import SqlWebhooks
from harmonix_splitter.adapters.messengers.webhooks import HttpMessenger
from harmonix_splitter.adapters.security.secrets import RandomSecrets
from harmonix_splitter.domain.accounts import Role, User
from harmonix_splitter.domain.webhooks import (
    MOST_ATTEMPTS,
    OFF_AFTER,
    DeliveryStatus,
    Happening,
    Heard,
    notice,
    pause_after,
    signature,
)
from harmonix_splitter.errors import InvalidRequestError, NotAllowedError, NotFoundError
from harmonix_splitter.services.webhooks import LEASE, WebhooksService
from tests.fakes.clock import FakeClock
from tests.fakes.webhooks import FakeMessenger
from tests.studios import fresh_studio, person, served


@dataclass
class Rig:
    service: WebhooksService
    messenger: FakeMessenger
    clock: FakeClock
    anna: User
    root: User

    def happen(self, key: str = "1", *, concerned: str = "") -> int:
        told = notice(Happening.JOB_COMPLETED, key, [concerned or self.anna.id], {"id": key})
        return self.service.hear(told)

    def deliver_all(self) -> list[DeliveryStatus]:
        return [self.service.deliver(due).status for due in self.service.due()]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    studio, clock, messenger = fresh_studio(tmp_path), FakeClock(), FakeMessenger()
    studio.prepare()
    metadata.create_all(studio.parts.database.engine)
    people = studio.accounts.people
    anna, root = people.new_user("anna"), people.new_user("root", role=Role.ADMIN)
    for one in (anna, root):
        people.create(one, "")
    database: Database = studio.parts.database
    return Rig(WebhooksService(SqlWebhooks(database), messenger, RandomSecrets(), clock), messenger, clock, anna, root)


def test_what_concerns_its_owner_is_told_and_signed(rig: Rig) -> None:
    hook = rig.service.make(rig.anna, "https://x.example/a", ["job_completed"])

    assert (rig.happen(), rig.happen("2", concerned="bob")) == (1, 0)
    assert rig.deliver_all() == [DeliveryStatus.DELIVERED]
    [(url, body, headers)] = rig.messenger.sent
    told = json.loads(body)
    moment, proof = (part.partition("=")[2] for part in headers["X-Harmonix-Signature"].split(","))
    expected = hmac.new(hook.secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    assert (url, told["type"], told["data"], proof) == (hook.url, "job_completed", {"id": "1"}, expected)
    assert headers["X-Harmonix-Delivery"] == told["id"]


def test_the_same_news_heard_twice_is_told_once(rig: Rig) -> None:
    rig.service.make(rig.anna, "https://x.example/a", ["job_completed"])

    assert (rig.happen(), rig.happen()) == (1, 0)


def test_everybody_is_told_what_differs_for_them(rig: Rig) -> None:
    for user, everybody in ((rig.anna, False), (rig.root, True)):
        rig.service.make(user, f"https://x.example/{user.name}", ["job_completed"], of_everybody=everybody)
    data, differs = {"id": "1", "songId": "first"}, {rig.anna.id: {"songId": "annas"}}

    rig.service.hear(notice(Happening.JOB_COMPLETED, "1", [rig.anna.id], data, differs))
    rig.deliver_all()

    told = {url.rpartition("/")[2]: json.loads(body)["data"]["songId"] for url, body, _ in rig.messenger.sent}
    assert told == {"anna": "annas", "root": "first"}


def test_an_administrator_may_be_told_of_everybody_and_nobody_else_may(rig: Rig) -> None:
    rig.service.make(rig.root, "https://x.example/all", ["job_completed"], of_everybody=True)

    assert rig.happen(concerned=rig.anna.id) == 1
    with pytest.raises(NotAllowedError):
        rig.service.make(rig.anna, "https://x.example/all", ["job_completed"], of_everybody=True)


def test_a_deaf_ear_is_tried_again_later_and_later_then_given_up(rig: Rig) -> None:
    rig.messenger.answers = [Heard(500)]
    hook = rig.service.make(rig.anna, "https://x.example/a", ["job_completed"])
    rig.happen()

    waits = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        [due] = rig.service.due()
        tried = rig.service.deliver(due)
        if tried.due_at is None:
            break
        waits.append((tried.due_at - rig.clock.now()).total_seconds())
        assert rig.service.due() == []
        rig.clock.advance(pause_after(attempt).total_seconds())

    assert waits == [10, 40, 160, 640, 2560]
    assert (tried.status, tried.problem) == (DeliveryStatus.FAILED, "It answered 500.")
    assert rig.service.hook(rig.anna, hook.id).failures == 1


def test_after_many_in_a_row_it_is_switched_off_with_a_notice_and_can_be_switched_on(rig: Rig) -> None:
    rig.messenger.answers = [Heard(problem="Nothing came within 10 seconds.")]
    hook = rig.service.make(rig.anna, "https://x.example/a", ["job_completed"])

    for number in range(OFF_AFTER):
        rig.happen(str(number))
        while due := rig.service.due():
            rig.service.deliver(due[0])
            rig.clock.advance(timedelta(hours=1).total_seconds())

    off = rig.service.hook(rig.anna, hook.id)
    assert (off.is_active, rig.happen("later")) == (False, 0)
    assert "Nothing came" in off.notice
    on = rig.service.change(rig.anna, hook.id, url=None, events=None, is_active=True)
    assert (on.notice, on.failures, rig.happen("much later")) == ("", 0, 1)


def test_a_delivery_somebody_else_is_sending_is_left_to_them_until_the_lease_is_over(rig: Rig) -> None:
    rig.service.make(rig.anna, "https://x.example/a", ["job_completed"])
    rig.happen()

    assert len(rig.service.due()) == 1
    assert rig.service.due() == []
    rig.clock.advance(LEASE.total_seconds() + 1)
    assert len(rig.service.due()) == 1


def test_it_can_be_told_again_under_the_same_id(rig: Rig) -> None:
    hook = rig.service.make(rig.anna, "https://x.example/a", ["job_completed"])
    rig.happen()
    rig.deliver_all()

    [told] = rig.service.deliveries(rig.anna, hook.id, "", 10)
    rig.service.redeliver(rig.anna, hook.id, told.id)

    assert rig.deliver_all() == [DeliveryStatus.DELIVERED]
    assert rig.messenger.sent[0][1] == rig.messenger.sent[1][1]
    with pytest.raises(NotFoundError):
        rig.service.redeliver(rig.anna, hook.id, "nothing")


@pytest.mark.parametrize("url", ["ftp://x", "javascript:1", "http://", "https://me:pw@x.example/", "http://[x", "x"])
def test_addresses_that_are_none_are_refused(rig: Rig, url: str) -> None:
    with pytest.raises(InvalidRequestError):
        rig.service.make(rig.anna, url, ["job_completed"])
    with pytest.raises(InvalidRequestError):
        rig.service.make(rig.anna, "https://x.example", ["everything"])


# --- sending for real


class Answers(BaseHTTPRequestHandler):
    """/500 answers so, /slow never does, /away redirects inside, all else is fine."""

    def do_POST(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/slow":
            self.server.done.wait(10)  # type: ignore[attr-defined]
            return
        status = {"/500": 500, "/away": 302}.get(self.path, 204)
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/inside")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_parts: object) -> None:
        pass


@dataclass
class Target:
    address: str
    seen: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found = Target(f"http://127.0.0.1:{server.server_port}")
    server.seen, server.done = found.seen, threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.done.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("path", "status"), [("/", 204), ("/500", 500), ("/away", 302)])
def test_the_answer_counts_and_redirects_are_not_followed(target: Target, path: str, status: int) -> None:
    heard = HttpMessenger(["127.0.0.0/8"]).post(target.address + path, "{}", {})

    assert (heard.status, heard.is_fine) == (status, status == 204)
    assert "/inside" not in target.seen


def test_whoever_says_nothing_is_not_waited_for_long(target: Target) -> None:
    heard = HttpMessenger(["127.0.0.0/8"], patience=0.3).post(f"{target.address}/slow", "{}", {})

    assert (heard.status, heard.problem) == (None, "Nothing came within 0.3 seconds.")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://[::ffff:127.0.0.1]:9/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://2130706433/",
    ],
)
def test_nothing_is_sent_into_a_private_network(url: str) -> None:
    heard = HttpMessenger().post(url, "{}", {})

    assert "private network" in heard.problem


def test_an_administrator_may_allow_a_name(target: Target) -> None:
    port = target.address.rpartition(":")[2]

    assert HttpMessenger(["LOCALHOST"]).post(f"http://localhost:{port}/", "{}", {}).status == 204


def test_a_closed_door_is_a_problem_and_no_crash() -> None:
    heard = HttpMessenger(["127.0.0.1"]).post("http://127.0.0.1:9/", "{}", {})

    assert heard.problem.startswith("It could not be reached")


# --- as people use it


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("studio")
    with served(folder, webhooks__allow_private=("127.0.0.0/8",)) as client:
        yield client


def test_a_webhook_is_made_tried_listed_and_removed(studio: TestClient, target: Target) -> None:
    anna, bob = person(studio, "anna"), person(studio, "bob")
    made = anna.post("/api/webhooks", json={"url": f"{target.address}/ok", "events": ["job_failed"]})
    address = f"/api/webhooks/{made.json()['id']}"

    tried = anna.post(f"{address}/test").json()
    listed = anna.get("/api/webhooks").json()

    assert made.status_code == 201
    assert len(made.json()["secret"]) > 30
    assert (tried["status"], tried["answered"], tried["event"]) == ("delivered", 204, "test")
    assert "secret" not in listed[0]
    assert [told["id"] for told in anna.get(f"{address}/deliveries").json()] == [tried["id"]]
    assert anna.get(f"{address}/deliveries", params={"before": tried["id"]}).json() == []
    assert bob.get(address).status_code == 404
    assert bob.post(f"{address}/test").status_code == 404
    assert anna.delete(address).status_code == 204
    assert anna.get(address).status_code == 404


def test_what_happens_in_the_studio_reaches_the_other_program(studio: TestClient, target: Target) -> None:
    root = person(studio, "root", Role.ADMIN)
    wish = {"url": f"{target.address}/shares", "events": ["share_started", "share_ended"], "ofEverybody": True}
    root.post("/api/webhooks", json=wish).raise_for_status()

    begun = root.post("/api/share/start", json={"sessionId": "123456"})
    begun.raise_for_status()
    token = begun.json().get("publisherToken", "")
    root.post("/api/share/123456/stop", headers={"x-share-publisher": token}).raise_for_status()

    until = time.monotonic() + 20
    while target.seen.count("/shares") < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert target.seen.count("/shares") == 2


def test_a_signature_made_long_ago_is_another_one() -> None:
    clock = FakeClock()
    early = signature("s", clock.now(), "{}")
    clock.advance(1)

    assert early != signature("s", clock.now(), "{}")
