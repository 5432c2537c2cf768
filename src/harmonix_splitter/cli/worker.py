"""harmonix worker: do jobs in a process of its own, beside or instead of the server's."""

import signal
import threading

import typer

from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio

app = typer.Typer(add_completion=False)


@app.command()
def worker(as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Do jobs until stopped; running ones are handed back at the end."""
    from harmonix_splitter.bootstrap.process import start_logging

    chosen = studio(data_dir, config)
    chosen.prepare()
    start_logging(chosen.parts)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with chosen.crew():
        say("Waiting for jobs. Ctrl-C stops.")
        stop.wait()
    if as_json:
        print_json({"ok": True})
