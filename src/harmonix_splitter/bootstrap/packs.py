"""Packs: on the library, its words and playback, drawn in the studio's own typeface."""

from pathlib import Path

from harmonix_splitter.bootstrap.analysis import analysis_desk
from harmonix_splitter.bootstrap.library import library
from harmonix_splitter.bootstrap.lyrics import lyrics
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.playback import playback
from harmonix_splitter.services.packs import PacksService, TrackPacks

_ASSETS = Path(__file__).parents[1] / "studio" / "static" / "assets"


def packs(parts: Parts) -> PacksService:
    from harmonix_splitter.adapters.media.stem_files import PyAvStemFiles
    from harmonix_splitter.adapters.media.typesetting import PillowTypesetter
    from harmonix_splitter.adapters.media.videos import PyAvVideos

    own = sorted(_ASSETS.glob("barlow-latin-600-normal-*.woff2"))
    books, words, sound = library(parts), lyrics(parts).book, playback(parts)
    tracks = TrackPacks(books, analysis_desk(parts), sound, PyAvStemFiles())
    return PacksService(books, words, sound, PillowTypesetter(own), PyAvVideos(), tracks)
