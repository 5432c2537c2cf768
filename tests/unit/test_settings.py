"""Settings: who wins, what is refused, what is hidden."""

from pathlib import Path

import pytest

from harmonix_splitter.config.settings import load
from harmonix_splitter.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("library:\n  max_size_gb: 7\n  cleanup_threshold_days: 30\nserver:\n  port: 1111\n")
    return path


def test_a_flag_beats_the_environment_beats_the_file_beats_the_default(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARMONIX_LIBRARY_MAX_GB", "8")
    monkeypatch.setenv("PORT", "2222")

    settings = load({"server.port": 3333}, file)

    assert settings.server.port == 3333
    assert settings.library.max_size_gb == 8
    assert settings.library.cleanup_threshold_days == 30
    assert settings.limits.upload_mb == 500
    assert settings.origins["server.port"] == "flag"
    assert settings.origins["library.max_size_gb"] == "env HARMONIX_LIBRARY_MAX_GB"
    assert settings.origins["limits.upload_mb"] == "default"


def test_an_unknown_key_gets_a_suggestion(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("libary:\n  enabled: true\n")

    with pytest.raises(ConfigError, match="Did you mean library"):
        load(file=path)


def test_a_wrong_value_names_key_value_and_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")

    with pytest.raises(ConfigError, match=r"server\.port cannot be 'eighty' \(env PORT\)"):
        load()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEARER_TOKEN", "tiger")
    monkeypatch.setenv("HARMONIX_DATABASE_URL", "postgresql://me:lion@db/harmonix")

    shown = str(load().rows())

    assert "tiger" not in shown
    assert "lion" not in shown


def test_lists_come_from_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARMONIX_SERVER_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2")

    assert load().server.trusted_proxies == ("10.0.0.1", "10.0.0.2")
