"""Logs: events with fields, one line each, to the console and a rotating file, no secrets, no control characters."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from harmonix_splitter.config.settings import Settings

_OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "color_message", "taskName"}
_SECRET_FIELD = re.compile(r"token|secret|password|authorization|cookie|api_key", re.I)
# Words behind which a secret stands, and addresses whose last word is one: links for others, invites.
_SECRET_TEXT = re.compile(
    r"(?i)(\b(?:bearer\s+|token=|key=|password=|://[^/\s:@]+:)|/(?:listen|hear|join)/)[^\s&@\"']+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def start(settings: Settings) -> None:
    """Send the logs of this process where the settings say."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    set_level(settings.logging.level)
    if settings.logging.console != "off":
        root.addHandler(_console(settings.logging.console))
    root.addHandler(_file(settings.log_file))
    for chatty in ("uvicorn.access", "httpx", "httpcore", "alembic", "PIL", "multipart"):
        logging.getLogger(chatty).setLevel("WARNING")


def set_level(level: str) -> None:
    logging.getLogger().setLevel(level.upper())


def _console(style: str) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    as_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    handler.setFormatter(LineFormatter() if as_text or style == "auto" else JsonFormatter())
    return handler


def _file(path: Path) -> logging.Handler:
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=10_000_000, backupCount=5, encoding="utf-8", delay=True)
    handler.setFormatter(JsonFormatter())
    return handler


def clean(text: str) -> str:
    """The text on one line, with what looks like a secret taken out."""
    return _SECRET_TEXT.sub(lambda found: found.group(1) + "…", _CONTROL.sub(lambda c: repr(c.group())[1:-1], text))


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    found = {}
    for name, value in record.__dict__.items():
        if name not in _OWN and not name.startswith("_"):
            found[name] = "…" if _SECRET_FIELD.search(name) else _plain(value)
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | bool | None) else clean(str(value))


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": clean(record.getMessage()),
            **fields_of(record),
        }
        if record.exc_info:
            entry["traceback"] = clean(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in fields_of(record).items())
        line = f"{moment} {record.levelname.lower():7} {clean(record.getMessage())} {fields}".rstrip()
        return line + "\n" + self.formatException(record.exc_info) if record.exc_info else line
