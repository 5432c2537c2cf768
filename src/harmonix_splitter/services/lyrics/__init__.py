"""Words that are right, timed to the word, and never overwritten."""

from harmonix_splitter.services.lyrics.book import LyricsBook
from harmonix_splitter.services.lyrics.search import LyricsSearch
from harmonix_splitter.services.lyrics.service import LyricsService, Prepared
from harmonix_splitter.services.lyrics.timing import WordTiming

__all__ = ["LyricsBook", "LyricsSearch", "LyricsService", "Prepared", "WordTiming"]
