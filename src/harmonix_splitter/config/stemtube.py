"""Taking over the settings of a StemTube installation: its config.json, as our config.yaml."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from harmonix_splitter.errors import ConfigError, ConflictError

_SAME: dict[str, str] = {
    "HOST": "server.host",
    "PORT": "server.port",
    "host": "server.host",
    "port": "server.port",
    "downloads_directory": "data.dir",
    "DOWNLOADS_DIR": "data.dir",
    "max_concurrent_downloads": "queue.fetches_at_once",
    "max_concurrent_extractions": "queue.separations_at_once",
    "lyrics_model_size": "lyrics.speech_model",
    "enable_youtube_features": "sources.youtube",
    "browser_logging_enabled": "logging.browser_errors",
}


def translated(old: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Our sections, and the old keys that have no place here."""
    ours: dict[str, dict[str, Any]] = {}
    left: list[str] = []
    for key, value in old.items():
        found = _translated(key, value)
        if found is None:
            left.append(key)
            continue
        section, name = found[0].split(".")
        ours.setdefault(section, {})[name] = found[1]
    return ours, left


def _translated(key: str, value: Any) -> tuple[str, Any] | None:
    if key in _SAME:
        return _SAME[key], value
    if key == "use_gpu_for_extraction":
        return "separation.device", "auto" if value else "cpu"
    if key == "default_stem_model" and isinstance(value, str):
        return "separation.engine", "demucs" if value.startswith(("htdemucs", "hdemucs", "mdx")) else "auto"
    if key == "MAX_CONTENT_LENGTH" and isinstance(value, int):
        return "limits.upload_mb", max(1, value // (1024 * 1024))
    return None


def take_over(old: Path, ours: Path) -> list[str]:
    """Write our settings file from theirs; the answer names what was left behind. Never over an existing file."""
    if ours.exists():
        raise ConflictError(f"{ours} is there already.", advice="Move it away first, or name another with --config.")
    try:
        content = json.loads(old.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        raise ConfigError(f"{old} cannot be read as JSON: {broken}.", advice="Name StemTube's config.json.") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{old} holds no settings.", advice="Name StemTube's config.json.")
    sections, left = translated(content)
    ours.parent.mkdir(parents=True, exist_ok=True)
    ours.write_text(yaml.safe_dump(sections, sort_keys=False), encoding="utf-8")
    return left
