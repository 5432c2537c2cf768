"""harmonix share: live sessions of a running server, over its documented endpoints."""

from typing import Annotated, Any

import httpx
import typer

from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.errors import NotAllowedError, NotFoundError, SourceError

app = typer.Typer(add_completion=False, no_args_is_help=True)
Session = Annotated[str, typer.Argument(help="The six digits.")]
Server = Annotated[str, typer.Option("--server", help="The server's address.")]
HERE = "http://127.0.0.1:8000"


@app.callback()
def share() -> None:
    """Look after live sessions. Uses the share token of the settings (BEARER_TOKEN)."""


@app.command()
def status(
    session: Session,
    server: Server = HERE,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Is the session on, since when, and who listens?"""
    found = _asked("GET", server, session, "status", studio(data_dir, config).settings.sharing.bearer_token)
    playing = found.get("currentMetadata") or {}
    state = "on" if found["isActive"] else "over"
    say(f"{session} is {state}, {found['listenerCount']} listening to {playing.get('title') or 'nothing yet'}")
    if as_json:
        print_json({"ok": True, **found})


@app.command()
def stop(
    session: Session,
    server: Server = HERE,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """End a session."""
    found = _asked("POST", server, session, "stop", studio(data_dir, config).settings.sharing.bearer_token)
    say(f"{session} lasted {found['sessionDuration']} s and sent {found['bytesTransferred']} bytes.")
    if as_json:
        print_json({"ok": True, **found})


def _asked(method: str, server: str, session: str, what: str, token: str) -> dict[str, Any]:
    address = f"{server.rstrip('/')}/api/share/{session}/{what}"
    try:
        answer = httpx.request(method, address, headers={"authorization": f"Bearer {token}"}, timeout=10)
    except httpx.HTTPError as down:
        raise SourceError(f"{server} cannot be reached: {down}.", advice="Is it running? Check --server.") from None
    if answer.status_code == 404:
        raise NotFoundError(f"There is no session {session}.")
    if answer.status_code in {401, 403}:
        raise NotAllowedError("The server refuses.", advice="Set BEARER_TOKEN to the server's share token.")
    if answer.is_error:
        raise SourceError(f"The server answered {answer.status_code}: {answer.text[:200]}")
    found: dict[str, Any] = answer.json()
    return found
