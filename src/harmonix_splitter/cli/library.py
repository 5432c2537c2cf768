"""harmonix library: look after the shared library."""

from pathlib import Path
from typing import Annotated

import typer

from harmonix_splitter.cli.output import NOT_FOUND, PARTLY_FAILED, AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Look after the shared library.")


@app.command()
def stats(as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """How much there is, and how much it is used."""
    chosen = studio(data_dir, config)
    chosen.prepare()
    numbers = chosen.library.numbers()
    if as_json:
        print_json({"ok": True, **numbers.__dict__})
        return
    print(f"{numbers.items} items, {numbers.bytes / 1e9:.2f} GB, {numbers.links} links of {numbers.users} users")


@app.command()
def verify(as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Read every byte and every note, hold it against manifests and index; changes nothing. Exit code 3 when something
    is wrong."""
    chosen = studio(data_dir, config)
    chosen.prepare()
    faults = [*chosen.upkeep.verify(), *chosen.upkeep.check_notes()]
    for fault in faults:
        print(f"{fault.place}: {fault.problem} ({fault.remedy})")
    say("Everything is as it should be." if not faults else f"{len(faults)} faults; `harmonix library repair` mends.")
    if as_json:
        print_json({"ok": not faults, "faults": [fault.__dict__ for fault in faults]})
    if faults:
        raise typer.Exit(PARTLY_FAILED)


@app.command()
def repair(
    youtube_id: Annotated[str | None, typer.Option(help="Only this recording.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Put damaged places aside, add what the index lacks, bring in what was put there by hand, and write every
    metadata.json and library_links.json that is not as it should be. Exit code 3 when something could not be done."""
    chosen = studio(data_dir, config)
    chosen.prepare()
    done = chosen.upkeep.repair(youtube_id)
    for fault in done:
        print(f"{fault.place}: {fault.problem}: {fault.remedy}")
    left = [fault for fault in done if not fault.is_mended]
    say(f"{len(done) - len(left)} repaired." + (f" {len(left)} could not be." if left else ""))
    if as_json:
        print_json({"ok": not left, "repaired": [fault.__dict__ for fault in done]})
    if left:
        raise typer.Exit(PARTLY_FAILED)


@app.command()
def gc(
    days: Annotated[float, typer.Option(help="Only what nobody touched for so long.")] = 1.0,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Remove abandoned work folders."""
    chosen = studio(data_dir, config)
    chosen.prepare()
    removed = chosen.upkeep.gather_garbage(days * 86_400)
    _answer(f"{removed} removed", as_json, removed=removed)


@app.command()
def backup(target: Path, as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Copy library, database and keys into a new folder; the studio may keep running."""
    chosen = studio(data_dir, config)
    chosen.prepare()
    size = chosen.backups.back_up(target)
    _answer(f"{target}: {size / 1e6:.1f} MB", as_json, folder=target, bytes=size)


@app.command("export")
def export_song(
    folder: str, target: Path, as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """One recording with all its stems as an archive that `import` reads."""
    chosen = studio(data_dir, config)
    chosen.prepare()
    archive = chosen.backups.export(folder, target)
    _answer(str(archive), as_json, archive=archive)


@app.command("import")
def import_song(archive: Path, as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Take an exported recording into the library."""
    chosen = studio(data_dir, config)
    chosen.prepare()
    folder = chosen.backups.bring_in(archive)
    chosen.upkeep.rescan()
    _answer(folder, as_json, folder=folder)


@app.command()
def migrate(
    execute: Annotated[bool, typer.Option("--execute", help="Really copy; else only say what would be.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done (the default).")] = False,
    root: Annotated[str, typer.Option(help="Where the old data is, if not in the data directory.")] = "",
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Bring songs of older programs into the library; originals stay where they are."""
    chosen = studio(data_dir, config)
    chosen.prepare()
    moved = chosen.move_in(root, dry_run=dry_run or not execute)
    for song in moved.songs:
        print(f"{song.folder.name}: {song.title}: {song.outcome}")
    for line in (*(f"link of {link}: not in the library, left where it is" for link in moved.unlinked), *moved.notes):
        print(line)
    undone = "" if execute and not dry_run else " Nothing was changed; --execute does it."
    say(f"{len(moved.songs)} songs found.{undone}")
    if not moved.songs:
        say("\n  ".join(("Looked for:", *moved.looked_for)))
    is_done = bool(moved.songs) or not root
    if as_json:
        songs = [song.__dict__ for song in moved.songs]
        print_json({"ok": is_done, "songs": songs, "unlinked": moved.unlinked, "notes": moved.notes})
    if not is_done:
        raise typer.Exit(NOT_FOUND)


def _answer(line: str, as_json: bool, **facts: object) -> None:
    if as_json:
        print_json({"ok": True, **facts})
    else:
        print(line)
