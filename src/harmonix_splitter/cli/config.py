"""harmonix config: what is set, and where it was set."""

from pathlib import Path
from typing import Annotated

import typer

from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def config() -> None:
    """Show the settings and where they come from."""


@app.command()
def show(
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value came from.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print every key and its value."""
    rows = studio(data_dir, config).settings.rows()
    if as_json:
        print_json({key: {"value": value, "origin": where} for key, value, where in rows})
        return
    for key, value, where in rows:
        typer.echo(f"{key} = {value}" + (f"    # {where}" if origin else ""))


@app.command("import-stemtube")
def import_stemtube(
    old: Annotated[Path, typer.Argument(help="StemTube's config.json.", exists=True, dir_okay=False)],
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Write a settings file from a StemTube installation's config.json."""
    from harmonix_splitter.bootstrap.process import take_over_stemtube

    target, left = take_over_stemtube(old, config)
    say(f"Written: {target}. `harmonix config show --origin` shows the outcome.")
    if left:
        say(f"These keys have no place here: {', '.join(left)}.")
    if as_json:
        print_json({"ok": True, "file": str(target), "leftBehind": left})
