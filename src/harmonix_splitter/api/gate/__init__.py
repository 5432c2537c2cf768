"""The gate every request passes: who is asking, from where, how much, how often. Raw ASGI, no thread on the way."""

from harmonix_splitter.api.gate.identities import session_cookie
from harmonix_splitter.api.gate.passage import Gate, identity_of

__all__ = ["Gate", "identity_of", "session_cookie"]
