"""harmonix config: what is set, and where it was set."""

from typing import Annotated

import typer

from harmonix_splitter.cli.output import AsJson, print_json
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio

app = typer.Typer(no_args_is_help=True)


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
