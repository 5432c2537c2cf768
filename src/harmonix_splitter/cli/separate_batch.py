"""Separating many recordings, one after the other: one failure does not stop the rest."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmonix_splitter.cli.output import FAILED, OK, PARTLY_FAILED, exit_code_of, say, say_error
from harmonix_splitter.cli.separate_inputs import Recording
from harmonix_splitter.domain.media import Encoding
from harmonix_splitter.domain.separation import Recipe, Separated
from harmonix_splitter.errors import CancelledError, HarmonixError
from harmonix_splitter.services.ports.progress import Progress
from harmonix_splitter.services.separation import Output, SeparationService


@dataclass(frozen=True)
class Batch:
    """What one command line asked for."""

    service: SeparationService
    recipe: Recipe
    folder: Path
    template: str
    encoding: Encoding
    with_silent: bool = True
    resume: bool = False

    def run(self, recordings: list[Recording]) -> tuple[list[dict[str, Any]], int]:
        """A result for each recording, and the exit code of the whole."""
        results, codes = [], []
        for recording in recordings:
            result, code = self._one(recording)
            results.append(result)
            codes.append(code)
        if all(code == OK for code in codes):
            return results, OK
        some_worked = any(code == OK for code in codes)
        return results, PARTLY_FAILED if some_worked else (codes[0] if len(codes) == 1 else FAILED)

    def _one(self, recording: Recording) -> tuple[dict[str, Any], int]:
        try:
            if self.resume and (there := self._already(recording)):
                say(f"{recording.shown}: already there, skipped.")
                return {"input": recording.shown, "ok": True, "skipped": True, "stems": there}, OK
            with _progress(recording.shown) as progress:
                output = Output(self.encoding, self.with_silent, self._namer(recording))
                done = self.service.separate(recording.path, self.recipe, self.folder, progress, output)
        except CancelledError:
            raise
        except HarmonixError as error:
            say(f"{recording.shown}:")
            say_error(error, as_json=False)
            problem = {"code": error.code, "message": error.message, "advice": error.advice}
            return {"input": recording.shown, "ok": False, "error": problem}, exit_code_of(error)
        _tell(recording, done)
        return {"input": recording.shown, "ok": True, **done.to_document()}, OK

    def _namer(self, recording: Recording) -> Callable[[str], str]:
        def named(stem: str) -> str:
            return self.template.format(
                track=recording.track,
                trackext=recording.path.suffix[1:],
                stem=stem,
                ext=self.encoding.suffix[1:],
                model=self.recipe.model or "auto",
                engine=self.recipe.engine,
                mode=self.recipe.mode,
                quality=self.recipe.quality,
            )

        return named

    def _already(self, recording: Recording) -> dict[str, str]:
        """The stems of an earlier run when they are all there: files get their names only when they are complete."""
        name = self._namer(recording)
        paths = {stem: self.folder / name(stem) for stem in self.service.choose(self.recipe).plan.files}
        return {stem: str(path) for stem, path in paths.items()} if all(p.exists() for p in paths.values()) else {}


def _tell(recording: Recording, done: Separated) -> None:
    model = f"{done.engine} {done.model}".strip()
    say(f"{recording.shown}: {', '.join(done.stems)} ({model} on {done.device})")
    for stem in done.silent:
        say(f"  {stem}: silent")
    for note in done.notes:
        say(f"  {note}")


@contextmanager
def _progress(name: str) -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _share, /: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(Path(name).name, total=1.0)
        yield lambda share, /: bars.update(task, completed=share)
