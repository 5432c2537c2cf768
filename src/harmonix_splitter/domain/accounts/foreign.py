"""People another house vouches for, and the errand their browser is sent on."""

import json
from dataclasses import asdict, dataclass

from harmonix_splitter.errors import NotAllowedError


@dataclass(frozen=True)
class Vouched:
    """Somebody an OIDC provider vouches for."""

    issuer: str
    subject: str
    name: str = ""
    email: str = ""
    display_name: str = ""


@dataclass(frozen=True)
class Errand:
    """What ties the answer to the browser that asked: all three are random and used once."""

    state: str
    nonce: str
    verifier: str

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> "Errand":
        try:
            return Errand(**json.loads(text))
        except (ValueError, TypeError):
            raise NotAllowedError("This sign-in was not started here.", advice="Start again.") from None
