"""Playback links: given away, listed, taken back, and judged when somebody comes with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from harmonix_splitter.domain.accounts import User
from harmonix_splitter.domain.playback_links import LINKS_EACH, LONGEST, PURPOSE, PlaybackLink
from harmonix_splitter.errors import ConflictError, InvalidRequestError, NotAllowedError, NotFoundError
from harmonix_splitter.services.ports.accounts import LinkSigner, Secrets, Users
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.playback_links import PlaybackLinks


@dataclass(frozen=True)
class PlaybackLinksService:
    record: PlaybackLinks
    users: Users
    signer: LinkSigner
    secrets: Secrets
    clock: Clock

    def give(self, user: User, song_id: str, lasts: timedelta, note: str) -> PlaybackLink:
        """A link to one song, which its giver must be able to hear."""
        if not timedelta(0) < lasts <= LONGEST:
            raise InvalidRequestError(f"A link lasts up to {LONGEST.days} days.", field="hours")
        now = self.clock.now()
        if sum(link.opens_at(now) for link in self.record.of(user.id)) >= LINKS_EACH:
            raise ConflictError(f"You have {LINKS_EACH} links.", advice="Take back one you no longer need.")
        link = PlaybackLink(self.secrets.short_id(), user.id, song_id, note.strip()[:200], now, now + lasts)
        self.record.add(link)
        return link

    def word_of(self, link: PlaybackLink) -> str:
        """The part of the address that proves it."""
        return self.signer.sign(PURPOSE, link.id, link.expires_at)

    def of_song(self, user: User, song_id: str) -> Sequence[PlaybackLink]:
        return self.record.of(user.id, song_id)

    def take_back(self, user: User, song_id: str, link_id: str) -> None:
        link = self.record.get(link_id)
        if link.song_id != song_id or (link.user_id != user.id and not user.is_admin):
            raise NotFoundError("There is no such link.")
        self.record.revoke(link_id, self.clock.now())

    def opened(self, word: str) -> tuple[PlaybackLink, User]:
        """The link behind the word, and who gave it; NotAllowedError when forged, over, taken back, or when its giver
        may no longer come in."""
        now = self.clock.now()
        link = self.record.get(self.signer.read(PURPOSE, word, now))
        giver = self.users.get(link.user_id)
        if not link.opens_at(now) or not giver.is_active:
            raise NotAllowedError("This link was taken back.", advice="Ask whoever sent it for a new one.")
        return link, giver
