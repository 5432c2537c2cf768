"""The check-up: green where all is well, and red on exactly the lines of what is broken."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import harmonix_splitter
from tests.servers import free_port

PACKAGE = Path(harmonix_splitter.__file__).parent


def examined(folder: Path, package: Path = PACKAGE, **settings: str) -> tuple[int, dict[str, dict[str, str]]]:
    """Exit code and findings by name of `harmonix doctor`."""
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "HARMONIX_DATA_DIR": str(folder), **settings}
    command = [sys.executable, "-m", "harmonix_splitter", "doctor", "--json"]
    done = subprocess.run(command, env=environment, cwd=package.parent, capture_output=True, text=True, check=False)
    findings = json.loads(done.stdout.splitlines()[-1])["findings"]
    return done.returncode, {finding["name"]: finding for finding in findings}


def broken(findings: dict[str, dict[str, str]]) -> set[str]:
    return {name for name, finding in findings.items() if finding["health"] == "broken"}


def test_a_whole_installation_is_well(tmp_path: Path) -> None:
    if not (PACKAGE / "studio/static/index.html").is_file():
        pytest.skip("the studio's pages are not built here")

    code, findings = examined(tmp_path)

    assert (code, broken(findings)) == (0, set())
    assert "embedded" in findings["separation"]["used"]


def test_servers_that_are_down_turn_exactly_their_lines_red(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    nobody = f"127.0.0.1:{free_port()}"

    code, findings = examined(
        tmp_path / "a file" / "data",
        HARMONIX_DATABASE_URL=f"postgresql://{nobody}/harmonix",
        HARMONIX_BROKER_URL=f"amqp://{nobody}//",
        HARMONIX_REDIS_URL=f"redis://{nobody}/0",
    )

    named = {"data directory": "HARMONIX_DATA_DIR", "database": "HARMONIX_DATABASE_URL"}
    named |= {"queue": "HARMONIX_BROKER_URL", "news": "HARMONIX_REDIS_URL"}
    assert code == 1
    assert broken(findings) - {"web studio"} == set(named)
    assert all(setting in findings[line]["advice"] for line, setting in named.items())


def test_a_damaged_installation_turns_exactly_its_lines_red(tmp_path: Path) -> None:
    package = tmp_path / "harmonix_splitter"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    for damaged in ("adapters/engines/separation/embedded.onnx", "adapters/engines/speech/voice_sounds.npz"):
        os.truncate(package / damaged, 1000)

    code, findings = examined(tmp_path / "data", package)

    assert code == 1
    assert broken(findings) == {"separation", "words", "web studio"}
    assert all(findings[line]["advice"] for line in broken(findings))
