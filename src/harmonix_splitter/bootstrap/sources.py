"""Where songs come from: YouTube, iTunes, uploads; and what the web answered, kept."""

from base64 import urlsafe_b64encode
from secrets import token_bytes

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.shared import key_file
from harmonix_splitter.bootstrap.uploads import upload_store
from harmonix_splitter.services.ports.sources import MusicCatalogue, VideoSite
from harmonix_splitter.services.sources import SourcesService


def sources(parts: Parts) -> SourcesService:
    from harmonix_splitter.adapters.database.sources import SqlAnswers, SqlCookies
    from harmonix_splitter.adapters.media.file_tags import MediaTags

    settings = parts.settings
    return SourcesService(
        _site(parts),
        _catalogue(parts),
        upload_store(parts),
        SqlAnswers(parts.database, parts.clock),
        SqlCookies(
            parts.database, key_file(parts, "cookies.key", lambda: urlsafe_b64encode(token_bytes(32))).read, parts.clock
        ),
        MediaTags(),
        longest_seconds=settings.limits.duration_minutes * 60.0,
        other_sites=settings.sources.other_sites,
    )


def _new_seal() -> bytes:
    return urlsafe_b64encode(token_bytes(32))


def _site(parts: Parts) -> VideoSite:
    from harmonix_splitter.adapters.sources.sites import Sites
    from harmonix_splitter.adapters.sources.switched_off import NoSite
    from harmonix_splitter.adapters.sources.youtube import YouTube

    chosen = parts.settings.sources
    web = YouTube(chosen.youtube_url, chosen.cookies_file)
    return web if chosen.youtube else Sites(NoSite(), web)


def _catalogue(parts: Parts) -> MusicCatalogue:
    from harmonix_splitter.adapters.sources.itunes import ITunes
    from harmonix_splitter.adapters.sources.switched_off import NoCatalogue

    chosen = parts.settings.sources
    return ITunes(chosen.itunes_url) if chosen.itunes else NoCatalogue()
