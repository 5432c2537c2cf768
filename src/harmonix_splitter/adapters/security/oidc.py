"""OpenID Connect through Authlib: the provider's own document says where to go, its keys prove who came back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from harmonix_splitter.domain.accounts import Errand, Vouched
from harmonix_splitter.errors import ConfigError, NotAllowedError, SourceError

_SECONDS = 10.0
_ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]


class OpenIdDoor:
    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self._issuer, self._id, self._secret = issuer.rstrip("/"), client_id, client_secret
        self._known: dict[str, Any] | None = None

    def address(self, errand: Errand, back: str) -> str:
        with self._client(back) as client:
            where, _ = client.create_authorization_url(
                self._about()["authorization_endpoint"],
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
        return str(where)

    def vouch(self, code: str, errand: Errand, back: str) -> Vouched:
        about = self._about()
        with provider_errors(), self._client(back) as client:
            token = client.fetch_token(about["token_endpoint"], code=code, code_verifier=errand.verifier)
        claims = self._claims(str(token.get("id_token", "")), errand)
        return Vouched(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            name=str(claims.get("preferred_username", "")),
            email=str(claims.get("email", "")),
            display_name=str(claims.get("name", ""))[:64],
        )

    def _claims(self, id_token: str, errand: Errand) -> dict[str, Any]:
        """The claims, if the provider signed them, for us, in answer to this errand, a moment ago."""
        from authlib.jose import JsonWebKey, JsonWebToken
        from authlib.jose.errors import JoseError

        with provider_errors():
            keys = httpx.get(self._about()["jwks_uri"], timeout=_SECONDS).raise_for_status().json()
        wanted = {
            "iss": {"essential": True, "value": self._about()["issuer"]},
            "aud": {"essential": True, "value": self._id},
            "nonce": {"essential": True, "value": errand.nonce},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        try:
            claims = JsonWebToken(_ALGORITHMS).decode(id_token, JsonWebKey.import_key_set(keys), claims_options=wanted)
            claims.validate(leeway=60)
        except (JoseError, ValueError) as forged:
            raise NotAllowedError("The provider's answer proves nothing.", advice="Start again.") from forged
        return dict(claims)

    def _about(self) -> dict[str, Any]:
        if self._known is None:
            with provider_errors():
                address = f"{self._issuer}/.well-known/openid-configuration"
                found = httpx.get(address, timeout=_SECONDS).raise_for_status().json()
            if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                raise ConfigError("The provider calls itself by another name.", advice="Correct accounts.oidc_issuer.")
            self._known = found
        return self._known

    def _client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            self._id,
            self._secret,
            redirect_uri=back,
            scope="openid profile email",
            code_challenge_method="S256",
            timeout=_SECONDS,
        )


@contextmanager
def provider_errors() -> Iterator[None]:
    """What goes wrong on the way to the provider, in our words."""
    from authlib.common.errors import AuthlibBaseError

    try:
        yield
    except AuthlibBaseError as refused:
        raise NotAllowedError("The provider refused.", advice="Start again.") from refused
    except (httpx.HTTPError, ValueError) as lost:
        raise SourceError("The sign-in provider cannot be reached.", advice="Try again later.") from lost
