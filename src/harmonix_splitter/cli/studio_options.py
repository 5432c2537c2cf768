"""Options every command shares, and the studio they choose."""

from pathlib import Path
from typing import Annotated, Any

import click
import typer

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.bootstrap import studio as new_studio

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Where songs, library and database live.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="The settings file (default: config/config.yaml).")]


def studio(data_dir: Path | None = None, config: Path | None = None, **flags: Any) -> Studio:
    """The studio of this command. Flags are written `server__port=9000`."""
    named = {name.replace("__", "."): value for name, value in flags.items() if value is not None}
    if data_dir is not None:
        named["data.dir"] = data_dir
    chosen = new_studio(named, config)
    context = click.get_current_context(silent=True)
    if context is not None:
        # What was left for later (somebody's link file) is done before the command ends.
        context.call_on_close(chosen.close)
    return chosen
