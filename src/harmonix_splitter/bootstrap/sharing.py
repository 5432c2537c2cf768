"""Sharing: sessions in this process, or in Redis when several servers share them."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.domain.sharing import ShareLimits
from harmonix_splitter.services.ports.sharing import ShareStore
from harmonix_splitter.services.sharing import SharingService


def sharing(parts: Parts) -> SharingService:
    from harmonix_splitter.adapters.security.secrets import RandomSecrets

    return SharingService(_store(parts), parts.clock, RandomSecrets().token)


def _store(parts: Parts) -> ShareStore:
    limits = ShareLimits(sessions=parts.settings.sharing.sessions)
    if parts.settings.queue.redis_url:
        from harmonix_splitter.adapters.share_stores.redis import RedisShareStore

        return RedisShareStore(parts.settings.queue.redis_url, limits)
    from harmonix_splitter.adapters.share_stores.in_memory import InMemoryShareStore

    return InMemoryShareStore(limits)
