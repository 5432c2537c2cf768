"""Accounts: the tables, the hasher, the secrets and the pictures they are kept with."""

from secrets import token_bytes

from harmonix_splitter.bootstrap.library import link_folders
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.shared import key_file, shared_folder
from harmonix_splitter.services.accounts import AccountsService, Door, Joining, Keys, People
from harmonix_splitter.services.ports.accounts import ForeignDoor, LinkSigner, OldAccounts


def accounts(parts: Parts) -> AccountsService:
    from harmonix_splitter.adapters.database import accounts as sql
    from harmonix_splitter.adapters.security.avatars import AvatarFolder
    from harmonix_splitter.adapters.security.passwords import Passwords
    from harmonix_splitter.adapters.security.secrets import RandomSecrets

    database = parts.database
    users, sessions, activities = sql.SqlUsers(database), sql.SqlSessions(database), sql.SqlActivities(database)
    hasher, secrets, clock = Passwords(), RandomSecrets(), parts.clock
    avatars = AvatarFolder(shared_folder(parts, "avatars"))
    people = People(users, sessions, activities, hasher, secrets, avatars, link_folders(parts), clock)
    door = Door(users, sessions, activities, sql.SqlAttempts(database), hasher, secrets, clock)
    joining = Joining(people, sql.SqlInvites(database), sql.SqlIdentities(database), secrets.short_id()[:8])
    return AccountsService(people, door, Keys(sql.SqlApiKeys(database), secrets, clock), joining)


def old_accounts() -> OldAccounts:
    from harmonix_splitter.adapters.security.old_accounts import OldAccountFiles

    return OldAccountFiles()


def link_signer(parts: Parts) -> LinkSigner:
    """Signs with a secret of this house, so links outlive a restart and hold on all of its servers."""
    from harmonix_splitter.adapters.security.secrets import SignedText

    return SignedText(key_file(parts, "secret.key", lambda: token_bytes(32)).read())


def foreign_door(parts: Parts) -> ForeignDoor | None:
    """The OIDC provider of the settings, when there is one."""
    chosen = parts.settings.accounts
    if not chosen.oidc_issuer:
        return None
    from harmonix_splitter.adapters.security.oidc import OpenIdDoor

    return OpenIdDoor(chosen.oidc_issuer, chosen.oidc_client_id, chosen.oidc_client_secret)
