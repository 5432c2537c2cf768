"""The settings a process works by now: those it was started with, and over them what an administrator chose."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harmonix_splitter.config.sections import SECTIONS
from harmonix_splitter.config.settings import Settings, validated
from harmonix_splitter.errors import ConfigError, InvalidRequestError, NotAllowedError

logger = logging.getLogger(__name__)

CHOSEN = "studio"
"""The origin of a value that was chosen in the studio."""

CHANGEABLE = frozenset(
    {
        "accounts.guests", "accounts.sign_up",
        "analysis.beats", "analysis.chords", "analysis.key", "analysis.sections",
        "backups.daily_at", "backups.keep",
        "library.auto_cleanup", "library.auto_upgrade", "library.cleanup_threshold_days", "library.max_size_gb",
        "limits.anonymous_per_second", "limits.duration_minutes", "limits.quota_gb", "limits.songs_per_day",
        "limits.upload_mb", "limits.writes_per_second",
        "logging.browser_errors", "logging.level", "logging.metrics",
        "lyrics.transcribe",
        "queue.analyses_at_once", "queue.fetches_at_once", "queue.separations_at_once",
        "separation.engine", "separation.mode", "separation.quality",
        "sources.itunes", "sources.lrclib", "sources.youtube",
    }
)  # fmt: skip
"""Never a path, an address, a command or a secret."""


@dataclass
class CurrentSettings:
    """`heard` is called after every change."""

    given: Settings
    revision: int = 0
    heard: list[Callable[[], None]] = field(default_factory=list)
    now: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.given

    def require_changeable(self, key: str) -> None:
        """Raise InvalidRequestError for a key that is none, NotAllowedError for one that is fixed."""
        section, _, name = key.partition(".")
        if name not in getattr(SECTIONS.get(section), "model_fields", {}):
            raise InvalidRequestError(f"There is no setting {key[:80]!r}.", field=key[:80])
        if not self.can_change(key):
            origin = self.given.origins[key]
            where = f"It is set by {origin}." if key in CHANGEABLE else "Set it where the server is started."
            raise NotAllowedError(f"{key} cannot be changed here.", advice=where, field=key)

    def can_change(self, key: str) -> bool:
        """Whoever starts the server has the last word."""
        return key in CHANGEABLE and not self.given.origins[key].startswith(("flag", "env "))

    def check(self, choices: Mapping[str, Any]) -> None:
        """Raise InvalidRequestError where a value cannot be."""
        try:
            self._over_given(choices)
        except ConfigError as wrong:
            raise InvalidRequestError(wrong.message, field=str(wrong.facts.get("key", ""))) from None

    def take(self, revision: int, choices: Mapping[str, Any]) -> None:
        """Work by these from now on. What was fixed or cannot be any more since it was chosen is left out."""
        usable = {}
        for key, value in choices.items():
            try:
                self.require_changeable(key)
                self.check({key: value})
            except (InvalidRequestError, NotAllowedError) as wrong:
                logger.warning("a choice is left out", extra={"setting": key, "why": wrong.message})
            else:
                usable[key] = value
        self.now, self.revision = self._over_given(usable), revision
        for told in self.heard:
            told()

    def rows(self) -> list[dict[str, Any]]:
        """Every setting as text with its origin; where it can be changed here, its value and what that may be."""
        shown = []
        for key, text, origin in self.now.rows():
            row: dict[str, Any] = {"key": key, "value": text, "origin": origin, "canChange": self.can_change(key)}
            if row["canChange"]:
                section, _, name = key.partition(".")
                row |= {"chosen": getattr(getattr(self.now, section), name), "allowed": _allowed(section, name)}
            shown.append(row)
        return shown

    def _over_given(self, choices: Mapping[str, Any]) -> Settings:
        sections: dict[str, dict[str, tuple[Any, str]]] = {}
        for key, value in choices.items():
            section, _, name = key.partition(".")
            sections.setdefault(section, {})[name] = (value, CHOSEN)
        changed: dict[str, Any] = {}
        for section, chosen in sections.items():
            kept = {name: (value, "") for name, value in getattr(self.given, section).model_dump().items()}
            changed[section] = validated(section, SECTIONS[section], {**kept, **chosen})
        return replace(self.given, **changed, origins={**self.given.origins, **dict.fromkeys(choices, CHOSEN)})


def _allowed(section: str, name: str) -> dict[str, Any]:
    """What a value may be, as JSON Schema says it."""
    schema: dict[str, Any] = SECTIONS[section].model_json_schema(by_alias=False)["properties"][name]
    return {word: rule for word, rule in schema.items() if word not in {"title", "default"}}
