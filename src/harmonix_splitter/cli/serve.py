"""harmonix serve: the studio on one port."""

import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.errors import ConfigError

if TYPE_CHECKING:
    import uvicorn

    from harmonix_splitter.bootstrap import Studio

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; 0.0.0.0 for the whole network.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535)] = None,
    prefix: Annotated[str | None, typer.Option(help="Serve everything under this path.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Start the studio: web app, API and a worker, on one port."""
    from harmonix_splitter.bootstrap.process import only_server, start_logging

    chosen = studio(data_dir, config, server__host=host, server__port=port, server__prefix=prefix)
    address = chosen.settings.server
    listener = _listener(address.host, address.port)
    chosen.prepare()
    with only_server(chosen.parts):
        start_logging(chosen.parts)
        where = f"http://{_shown(address.host)}:{listener.getsockname()[1]}{address.prefix}/"
        say(f"Harmonix is at {where}")
        if as_json:
            print_json({"ok": True, "url": where})
        if chosen.accounts.joining.needs_setup:
            code = chosen.accounts.joining.setup_code
            say(f"Nobody has an account yet. Setting up from another machine asks for this code: {code}")
        say("Ctrl-C stops it.")
        signal.signal(signal.SIGTERM, _leave)
        server_of(chosen).run(sockets=[listener])


def _leave(_number: int, _frame: object) -> None:
    """The server has closed by then and tells us of the signal again: being told to end is no failure."""
    raise SystemExit(0)


def server_of(chosen: "Studio") -> "uvicorn.Server":
    """The studio as it is served."""
    import uvicorn

    from harmonix_splitter.api.main import create_app
    from harmonix_splitter.cli.listening_sockets import PatientSocket
    from harmonix_splitter.cli.studio_server import StudioServer

    address = chosen.settings.server
    return StudioServer(
        uvicorn.Config(
            create_app(chosen),
            log_config=None,
            access_log=False,  # the request log says more, and only where something went wrong
            proxy_headers=bool(address.trusted_proxies),
            forwarded_allow_ips=list(address.trusted_proxies) or None,
            server_header=False,
            ws=PatientSocket,
            ws_per_message_deflate=False,  # sound is packed already, and news are short
            timeout_graceful_shutdown=10,
        )
    )


def _listener(host: str, port: int) -> socket.socket:
    """Bound before anything else starts, so a taken port costs nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as taken:
        listener.close()
        raise ConfigError(
            f"Cannot listen on {host}:{port}: {taken.strerror}.",
            advice=f"Stop what uses it, or choose another with --port {port + 1 if port < 65535 else 8001}.",
        ) from None
    return listener


def _shown(host: str) -> str:
    return "localhost" if host in {"0.0.0.0", "127.0.0.1", "::", "::1"} else host  # noqa: S104
