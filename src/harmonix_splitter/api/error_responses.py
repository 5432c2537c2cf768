"""What each branch of the error tree answers over HTTP: RFC 9457 problem details with a stable code."""

import logging
import math
from http import HTTPStatus
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from harmonix_splitter import errors

logger = logging.getLogger(__name__)

STATUS: dict[type[errors.HarmonixError], int] = {
    errors.InvalidRequestError: 400,
    errors.BodyTooLargeError: 413,
    errors.ChunkRefusedError: 422,
    errors.KeyReusedError: 422,
    errors.SignInRequiredError: 401,
    errors.NotAllowedError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.StaleError: 412,
    errors.AudioError: 415,
    errors.TooManyRequestsError: 429,
    errors.CancelledError: 499,
    errors.EngineError: 500,
    errors.ConfigError: 500,
    errors.SourceError: 502,
    errors.UnavailableError: 503,
    errors.StorageError: 507,
}


def status_of(error: errors.HarmonixError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(status: int, code: str, detail: str, **more: object) -> JSONResponse:
    title = "Client Closed Request" if status == 499 else HTTPStatus(status).phrase
    body = {"type": f"urn:harmonix:{code}", "title": title, "status": status, "code": code, "detail": detail, **more}
    # The documents' clients look for `error` or `message`.
    body |= {"error": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


def problem_of(error: errors.HarmonixError) -> JSONResponse:
    """The answer to one of our errors."""
    more: dict[str, object] = {"advice": error.advice} if error.advice else {}
    if isinstance(error, errors.StaleError):
        more["current"] = error.current
    answer = problem(status_of(error), error.code, error.message, **more)
    if isinstance(error, errors.TooManyRequestsError | errors.UnavailableError):
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if isinstance(error, errors.StaleError):
        answer.headers["ETag"] = f'"{error.current}"'
    if isinstance(error, errors.SignInRequiredError):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def answer_errors(app: FastAPI) -> None:
    """Teach the app to answer our errors, invalid requests and bugs in one shape."""

    @app.exception_handler(errors.HarmonixError)
    async def ours(_request: Request, error: errors.HarmonixError) -> JSONResponse:
        return problem_of(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        wrong = [{"where": ".".join(map(str, e["loc"])), "what": e["msg"]} for e in error.errors()]
        first = wrong[0] if wrong else {"where": "body", "what": "not valid"}
        return problem(400, "invalid_request", f"{first['where']}: {first['what']}", errors=wrong)

    @app.exception_handler(HTTPException)
    async def plain(_request: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).name.lower()
        answer = problem(error.status_code, code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        return bug_of(request.url.path, error)


def bug_of(path: str, error: Exception) -> JSONResponse:
    """The answer to what should not have happened; the log has the rest under the same number."""
    incident = uuid4().hex[:12]
    logger.error("unexpected error", exc_info=error, extra={"incident": incident, "path": path})
    return problem(
        500,
        "unexpected",
        f"An unexpected error happened (incident {incident}).",
        incident=incident,
        advice="Tell the administrator the incident number: the log holds the details.",
    )
