"""Every error Harmonix raises on purpose.

HarmonixError
├── InvalidRequestError      ask differently        400
│   ├── BodyTooLargeError        send less              413
│   ├── TrackTypeError           a song has no such track to download
│   ├── ChunkRefusedError        a share chunk out of place (422)
│   └── KeyReusedError           an Idempotency-Key for something else (422)
├── SignInRequiredError      sign in                401
├── NotAllowedError          ask someone else       403
├── NotFoundError            it is not there        404
├── ConflictError            someone was first      409
│   ├── JobStepError             an illegal move of a job
│   └── StaleError               somebody changed it meanwhile (412)
│       └── StaleLyricsError
├── TooManyRequestsError     ask later              429
├── CancelledError           you asked us to stop   499
├── SourceError              the web let us down    502
├── AudioError               the file is at fault   415
├── EngineError              the model failed       500
│   ├── SeparationError
│   ├── AnalysisError
│   ├── DeviceTooSmallError      out of memory on one device
│   └── EngineMissingError       the extra or the model file is not installed
├── UnavailableError         come back in a moment  503
├── StorageError             the disk is at fault   507
└── ConfigError              fix the settings       at start-up, never at request time

Branches answer "what can the caller do?". Each error carries data, a sentence for people and, where there is one,
the next step (`advice`). The HTTP answer and the exit code of each branch live at the edges, not here.
"""

from __future__ import annotations


class HarmonixError(Exception):
    """Something went wrong that we foresaw. `code` is stable; `advice` is the next step, in the user's words."""

    code = "harmonix_error"

    def __init__(self, message: str, *, advice: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class InvalidRequestError(HarmonixError):
    code = "invalid_request"


class BodyTooLargeError(InvalidRequestError):
    code = "body_too_large"


class TrackTypeError(InvalidRequestError):
    """The code is the one the documents' client knows."""

    code = "INVALID_TRACK_TYPE"


class ChunkRefusedError(InvalidRequestError):
    code = "chunk_refused"


class KeyReusedError(InvalidRequestError):
    code = "key_reused"


class SignInRequiredError(HarmonixError):
    code = "sign_in_required"


class NotAllowedError(HarmonixError):
    code = "not_allowed"


class NotFoundError(HarmonixError):
    code = "not_found"


class ConflictError(HarmonixError):
    code = "conflict"


class JobStepError(ConflictError):
    code = "illegal_job_step"


class StaleError(ConflictError):
    """`current` is the version that is there now."""

    code = "stale"

    def __init__(self, message: str, *, current: int, advice: str = "", **facts: object) -> None:
        super().__init__(message, advice=advice, **facts)
        self.current = current


class StaleLyricsError(StaleError):
    code = "stale_lyrics"


class TooManyRequestsError(HarmonixError):
    """`retry_after` is in seconds."""

    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: float, advice: str = "", **facts: object) -> None:
        super().__init__(message, advice=advice, **facts)
        self.retry_after = retry_after


class CancelledError(HarmonixError):
    code = "cancelled"


class GivingWayError(CancelledError):
    """Nobody waits for this work, and somebody waits for other work: it is begun again later."""

    code = "giving_way"


class SourceError(HarmonixError):
    code = "source_failed"


class AudioError(HarmonixError):
    code = "unusable_audio"


class EngineError(HarmonixError):
    code = "engine_failed"


class SeparationError(EngineError):
    code = "separation_failed"


class AnalysisError(EngineError):
    code = "analysis_failed"


class DeviceTooSmallError(EngineError):
    code = "device_too_small"

    def __init__(self, message: str, *, device: str, advice: str = "", **facts: object) -> None:
        super().__init__(message, advice=advice, **facts)
        self.device = device


class EngineMissingError(EngineError):
    code = "engine_missing"


class UnavailableError(HarmonixError):
    """`retry_after` is in seconds."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after: float = 5, advice: str = "", **facts: object) -> None:
        super().__init__(message, advice=advice, **facts)
        self.retry_after = retry_after


class StorageError(HarmonixError):
    code = "storage_failed"


class ConfigError(HarmonixError):
    code = "bad_configuration"
