"""What YouTube's refusals mean, told apart by the words yt-dlp reports them in."""

import re
from dataclasses import dataclass

from harmonix_splitter.adapters.sources.javascript import advice_about_javascript, javascript_runtimes
from harmonix_splitter.errors import SourceError


@dataclass(frozen=True)
class _Refusal:
    reason: str
    words: str
    message: str
    advice: str
    is_lasting: bool = True


_COOKIES = "Lend your cookies in the settings, or upload the file."
_UPLOAD = "Upload the file instead."
# The order matters: a private video and an age check also say "sign in", a busy server "unavailable".
_REFUSALS = (
    _Refusal("age", r"confirm your age|age.?restrict|inappropriate for some", "This video has an age limit.", _COOKIES),
    _Refusal("rate_limited", r"\b429\b|too many requests|rate.?limit", "YouTube says we ask too often.",
             "Try again in an hour; lending your cookies in the settings helps.", is_lasting=False),
    _Refusal("offline", r"timed out|connection|resolve|not known|network|unreachable|http error 5\d\d|ssl|remote end",
             "YouTube cannot be reached.", "Check the server's internet connection, then try again.", is_lasting=False),
    _Refusal("private", r"private video|video is private|members.?only|join this channel", "This video is private.",
             _COOKIES),
    _Refusal("sign_in", r"not a bot|sign in|login required|log in", "YouTube wants somebody signed in.", _COOKIES),
    _Refusal("geo", r"in your country|your location|geo.?restrict|blocked it", "This video is not shown here.",
             _UPLOAD),
    _Refusal("live", r"live event|is live|premieres? in|will begin", "This video is not over yet.",
             "Ask again when it has ended."),
    _Refusal("removed", r"removed|unavailable|not available|does not exist|terminated|deleted|copyright",
             "This video is gone.", _UPLOAD),
    _Refusal("too_old", r"signature|player response|nsig|unable to extract|update yt-dlp|javascript runtime|js runtime",
             "The downloader is too old for today's YouTube.",
             "", is_lasting=False),
    _Refusal("too_large", r"larger than max.?filesize|max-filesize", "This video is too large.", _UPLOAD),
)  # fmt: skip


def source_error_of(words: str, site: str = "YouTube") -> SourceError:
    for refusal in _REFUSALS:
        if re.search(refusal.words, words, re.IGNORECASE):
            advice = refusal.advice or advice_about_javascript(javascript_runtimes())
            return SourceError(
                refusal.message.replace("YouTube", site),
                advice=advice,
                reason=refusal.reason,
                lasting=refusal.is_lasting,
            )
    return SourceError(f"{site} did not give us this video.", advice=_UPLOAD, reason="unknown", said=words[:300])
