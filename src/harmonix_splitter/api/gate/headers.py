"""Headers of one request, read once; and the headers every answer carries."""

from collections.abc import Iterable

from starlette.types import Scope

Pairs = list[tuple[bytes, bytes]]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob: https://i.ytimg.com",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "font-src 'self'",
        "manifest-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
ALWAYS: Pairs = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), payment=(), usb=()"),
]
# No browser runs what it was told is sound; players ask for hundreds of small parts of it.
SOUND = (b"audio/", b"video/")
FOR_SOUND: Pairs = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
OVER_TLS: Pairs = [(b"strict-transport-security", b"max-age=31536000")]
PRIVATE = (b"cache-control", b"no-store")
_OURS = frozenset(name for name, _ in (*ALWAYS, PRIVATE))
READ_ONCE = "harmonix.headers"


def all_headers(scope: Scope) -> dict[bytes, bytes]:
    """The headers by name, the last of each; read once for everybody who asks."""
    found: dict[bytes, bytes] | None = scope.get(READ_ONCE)
    if found is None:
        found = scope[READ_ONCE] = dict(scope["headers"])
    return found


def text(headers: dict[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def cookies(headers: dict[bytes, bytes]) -> dict[str, str]:
    """The cookies; a header that is none has none."""
    found: dict[str, str] = {}
    for part in text(headers, b"cookie").split(";"):
        name, _, value = part.strip().partition("=")
        if name:
            found.setdefault(name, value)
    return found


def clothes(*, is_tls: bool, is_api: bool) -> Pairs:
    """What an answer wears besides its own headers."""
    return [*ALWAYS, *(OVER_TLS if is_tls else ()), *((PRIVATE,) if is_api else ())]


def dressed(present: Iterable[tuple[bytes, bytes]], ours: Pairs) -> Pairs:
    """The answer's headers with ours added where it did not set its own. Names are in small letters, as ASGI has it."""
    pairs, own = list(present), set()
    for name, value in pairs:
        if name == b"content-type" and value.startswith(SOUND):
            return pairs + FOR_SOUND
        if name in _OURS:
            own.add(name)
    return pairs + ([pair for pair in ours if pair[0] not in own] if own else ours)
