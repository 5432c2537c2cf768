"""Which programs could run the JavaScript that YouTube's player brings with it."""

import shutil

_KNOWN = ("deno", "node", "bun")


def javascript_runtimes() -> tuple[str, ...]:
    return tuple(name for name in _KNOWN if shutil.which(name))


def advice_about_javascript(found: tuple[str, ...]) -> str:
    """What to do when YouTube's player cannot be run."""
    if found:
        return f"Ask an admin to run `pip install -U yt-dlp`; {found[0]} is there to run YouTube's player."
    return "Ask an admin to run `pip install -U yt-dlp` and to install Deno or Node: neither was found here."
