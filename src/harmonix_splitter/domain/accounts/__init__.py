"""Who people are to the studio: users and their roles, sessions, keys, invites, and what they did."""

from harmonix_splitter.domain.accounts.activities import ACTIVITIES_KEPT, Activity, ActivityKind
from harmonix_splitter.domain.accounts.foreign import Errand, Vouched
from harmonix_splitter.domain.accounts.identity import Identity, Proof
from harmonix_splitter.domain.accounts.invites import Invite, SignUp
from harmonix_splitter.domain.accounts.keys import ApiKey, Scope
from harmonix_splitter.domain.accounts.sessions import Session, SessionLimits
from harmonix_splitter.domain.accounts.throttle import AttemptCount, Throttle
from harmonix_splitter.domain.accounts.users import Role, User, checked_email, checked_name, checked_password, folded

__all__ = [
    "ACTIVITIES_KEPT",
    "Activity",
    "ActivityKind",
    "ApiKey",
    "AttemptCount",
    "Errand",
    "Identity",
    "Invite",
    "Proof",
    "Role",
    "Scope",
    "Session",
    "SessionLimits",
    "SignUp",
    "Throttle",
    "User",
    "Vouched",
    "checked_email",
    "checked_name",
    "checked_password",
    "folded",
]
