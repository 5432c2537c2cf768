"""Accounts in SQL, one repository per port."""

from harmonix_splitter.adapters.database.accounts.activities import SqlActivities
from harmonix_splitter.adapters.database.accounts.attempts import SqlAttempts
from harmonix_splitter.adapters.database.accounts.invites import SqlInvites
from harmonix_splitter.adapters.database.accounts.keys import SqlApiKeys
from harmonix_splitter.adapters.database.accounts.sessions import SqlSessions
from harmonix_splitter.adapters.database.accounts.users import SqlIdentities, SqlUsers

__all__ = [
    "SqlActivities",
    "SqlApiKeys",
    "SqlAttempts",
    "SqlIdentities",
    "SqlInvites",
    "SqlSessions",
    "SqlUsers",
]
