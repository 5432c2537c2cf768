"""Which hosts we answer as, and which pages may send us somebody's cookie."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from harmonix_splitter.errors import InvalidRequestError, NotAllowedError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE = frozenset({"same-origin", "none"})


@dataclass(frozen=True)
class Asked:
    """What a browser says about where a request comes from. Empty is what it did not say."""

    host: str
    origin: str = ""
    fetch_site: str = ""
    custom_header: str = ""
    has_cookie: bool = False


@dataclass(frozen=True)
class Origins:
    allowed_hosts: Sequence[str] = ("*",)
    public_url: str = ""

    def check_host(self, host: str) -> None:
        """A name we were not told we have may be somebody else's name for us (DNS rebinding)."""
        name = _name_of(host)
        if not name:
            raise InvalidRequestError("The request names no host.")
        if not any(_fits(name, pattern) for pattern in self.allowed_hosts):
            raise InvalidRequestError(
                "This server does not answer to that name.", advice="Add it to server.allowed_hosts.", host=name
            )

    def check_sender(self, asked: Asked) -> None:
        """Refuse what a foreign page could have made somebody's browser send."""
        if asked.origin:
            is_ours = self.is_ours(asked.origin, asked.host)
        elif asked.fetch_site:
            is_ours = asked.fetch_site in SAME_SITE
        else:
            # Neither: no browser of today. A program may go on, unless it shows a cookie without saying so on purpose.
            is_ours = bool(asked.custom_header) or not asked.has_cookie
        if not is_ours:
            raise NotAllowedError(
                "This request came from another site.", advice="Open the studio itself and try again."
            )

    def is_ours(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            return False
        return parts.netloc.lower() == host.lower() or origin.rstrip("/").lower() == self._own_origin()

    def _own_origin(self) -> str:
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""


def _name_of(host: str) -> str:
    """The host without its port: `a.b:80`, `[::1]:80`."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _fits(name: str, pattern: str) -> bool:
    pattern = pattern.lower()
    return pattern in {"*", name} or (pattern.startswith("*.") and name.endswith(pattern[1:]))
