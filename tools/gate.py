"""The whole gate: lint, types, import contracts, tests, web checks, browser tests. `gate.py [lint|python|web|browser]`.

Every step runs even when one before it failed; the closing lines say what failed and what was left out, and why.
What only reads the code goes first, Python's beside the web's; tests that keep time have the machine for themselves.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv/bin"
WEB = ROOT / "web"
# Files stay together: many share servers or a studio that is made once.
TWO_AT_ONCE = ["-n", "2", "--dist", "loadfile"]
NPM = shutil.which("npm") or str(BIN / "npm")
READING = ("lint", "web")


@dataclass(frozen=True)
class Step:
    name: str
    part: str
    command: list[str]
    folder: Path = ROOT


STEPS = [
    Step("ruff", "lint", [str(BIN / "ruff"), "check", "."]),
    Step(
        "format", "lint", [str(BIN / "ruff"), "format", "--check", "--quiet", "src", "tests", "benchmarks", "training"]
    ),
    Step("mypy --strict", "lint", [str(BIN / "mypy")]),
    Step("import contracts", "lint", [str(BIN / "lint-imports")]),
    Step("web types", "web", [NPM, "run", "--silent", "check"], WEB),
    Step("web lint", "web", [NPM, "run", "--silent", "lint"], WEB),
    Step("web unit tests", "web", [NPM, "run", "--silent", "test"], WEB),
    Step("browser tests", "browser", [str(BIN / "python"), "-m", "pytest", "tests/browser"]),
    Step(
        "python tests",
        "python",
        [
            str(BIN / "python"),
            "-m",
            "pytest",
            "tests",
            "--ignore=tests/browser",
            *TWO_AT_ONCE,
            "--cov",
            "--cov-report=term:skip-covered",
            "--durations=15",
        ],
    ),
]


@dataclass(frozen=True)
class Outcome:
    step: Step
    failed: bool
    seconds: float


def main() -> None:
    chosen = set(sys.argv[1:])
    steps = [step for step in STEPS if not chosen or step.part in chosen]
    steps = [step for step in steps if (step.folder / "package.json").exists() or step.folder == ROOT]
    with ThreadPoolExecutor(len(READING)) as beside:
        read = beside.map(lambda part: [run_beside(step) for step in steps if step.part == part], READING)
    outcomes = [outcome for part in read for outcome in part]
    outcomes += [run(step) for step in steps if step.part not in READING]
    print("\n=== gate ===")
    for outcome in outcomes:
        print(f"{'FAILED' if outcome.failed else 'ok    '} {outcome.step.name} ({outcome.seconds:.0f} s)")
    for line in left_out():
        print(f"LEFT OUT: {line}")
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"steps: {len(outcomes) - failed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


def run(step: Step) -> Outcome:
    print(f"\n=== {step.name} ===", flush=True)
    return _outcome(step, None)


def run_beside(step: Step) -> Outcome:
    """What it says is shown in one piece, so that it does not mix with what runs at the same time."""
    with tempfile.TemporaryFile() as said:
        outcome = _outcome(step, said)
        said.seek(0)
        print(f"\n=== {step.name} ===\n{said.read().decode(errors='replace')}", end="", flush=True)
    return outcome


def _outcome(step: Step, said: IO[bytes] | None) -> Outcome:
    start = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": ""}
    code = subprocess.run(
        step.command, cwd=step.folder, env=environment, stdout=said, stderr=said, check=False
    ).returncode
    return Outcome(step, code != 0, time.monotonic() - start)


def left_out() -> list[str]:
    """What this machine cannot test, with the way to have it tested."""
    found = []
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    for binary, suites in {
        "chromium": "browser tests (Debian: chromium)",
        "redis-server": "tests on Redis (Debian: redis-server)",
        "rabbitmq-server": "tests on RabbitMQ (Debian: rabbitmq-server)",
        "fluidsynth": "rendered music (Debian: fluidsynth fluid-soundfont-gm)",
        "espeak-ng": "sung words (Debian: espeak-ng)",
    }.items():
        if not shutil.which(binary, path=path):
            found.append(f"{suites}: {binary} is not installed")
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        found.append("tests on PostgreSQL (Debian: postgresql): initdb is not installed")
    for variable, folder, suites in (
        ("HARMONIX_TEST_MODELS", "models", "tests on real model files"),
        ("HARMONIX_TEST_AUDIO", "audio", "tests on real music"),
    ):
        place = Path(os.environ.get(variable) or ROOT.parent / "shared" / folder)
        if not place.is_dir():
            found.append(f"{suites}: set {variable} to a folder that has them")
    return found


if __name__ == "__main__":
    main()
