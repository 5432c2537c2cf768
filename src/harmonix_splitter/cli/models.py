"""harmonix models: what separates here, whose it is, and how more gets here."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from harmonix_splitter.cli.output import FAILED, OK, AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain.models import Model, Presence
from harmonix_splitter.services.ports.models import ModelStore

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="List, download, check and remove separation models."
)

Names = Annotated[list[str], typer.Argument(help="Names as `harmonix models list` prints them.")]


@app.command("list")
def list_models(as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Every model with its stems, licence and source, and whether it is here."""
    store = studio(data_dir, config).models
    rows = [_row(store, model) for model in store.models()]
    if as_json:
        print_json({"ok": True, "models": rows})
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "", "stems", "licence", "source", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row["name"], row["presence"], ", ".join(row["stems"]), row["licence"], row["source"])
    Console().print(table)


@app.command()
def pull(names: Names, as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Download models. Stopped downloads continue where they ended."""
    store = studio(data_dir, config).models
    for name in names:
        model = store.named(name)
        say(f"{name}: {model.licence}, from {model.source}")
        store.pull(name, _percent(name))
        say(f"{name}: here.")
    if as_json:
        print_json({"ok": True, "models": [_row(store, store.named(name)) for name in names]})


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Default: all that are here.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Read every byte of the models here and compare checksums."""
    store = studio(data_dir, config).models
    chosen = names or [model.name for model in store.models() if store.presence(model) is not Presence.ABSENT]
    found = {name: store.verify(name) for name in chosen}
    for name, presence in found.items():
        say(f"{name}: {'whole' if presence is Presence.HERE else presence}")
    is_well = all(presence is Presence.HERE for presence in found.values())
    if as_json:
        print_json({"ok": is_well, "models": found})
    raise typer.Exit(OK if is_well else FAILED)


@app.command()
def remove(names: Names, as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Delete models from this machine."""
    store = studio(data_dir, config).models
    for name in names:
        store.remove(name)
        say(f"{name}: removed.")
    if as_json:
        print_json({"ok": True, "removed": names})


@app.command("import")
def import_models(
    files: Annotated[list[Path], typer.Argument(help="Model files from elsewhere (.onnx, .th).")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Take model files into the models folder: no network needed."""
    store = studio(data_dir, config).models
    imported = [store.import_file(path) for path in files]
    for model in imported:
        say(f"{model.name}: imported ({', '.join(model.stems)}).")
    if as_json:
        print_json({"ok": True, "models": [_row(store, model) for model in imported]})


def _row(store: ModelStore, model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "engine": model.engine,
        "stems": list(model.stems),
        "presence": str(store.presence(model)),
        "licence": model.licence,
        "source": model.source,
        "about": model.about,
        "files": [file.name for file in model.files],
    }


def _percent(name: str) -> Any:
    """A line that counts up on a terminal, nothing elsewhere."""

    def show(share: float, /) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{name}: {share:4.0%} ", err=True, nl=False)

    return show
