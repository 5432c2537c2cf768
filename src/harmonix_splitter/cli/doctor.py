"""harmonix doctor: what works here, with what, and what to do about the rest."""

import typer

from harmonix_splitter.cli.output import FAILED, OK, AsJson, print_json
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain.doctor import Finding, Health
from harmonix_splitter.services.doctor import is_well

app = typer.Typer(add_completion=False)

_SIGNS = {Health.OK: "[green]ok[/]", Health.MISSING: "[yellow]not here[/]", Health.BROKEN: "[red]broken[/]"}


@app.command()
def doctor(as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Run one tiny real job per part and say what was used, how fast, and what to do about each red line."""
    findings = studio(data_dir, config).doctor.examine()
    _show(findings)
    if as_json:
        print_json({"ok": is_well(findings), "findings": [finding.to_document() for finding in findings]})
    raise typer.Exit(OK if is_well(findings) else FAILED)


def _show(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("part", "", "used", "seconds", box=None, pad_edge=False)
    for finding in findings:
        used = escape(finding.used)
        used += f"\n[bold]→ {escape(finding.advice)}[/]" if finding.advice else ""
        table.add_row(finding.name, _SIGNS[finding.health], used, f"{finding.seconds:.2f}")
    Console(stderr=True).print(table)
