"""Where somebody's own file begins in the library's sound, and answers in the times of that file (`times=mine`)."""

from typing import Annotated, Any

from fastapi import Depends, Query

from harmonix_splitter.api.versions import tag_of
from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.domain.cuts import Cut, Times
from harmonix_splitter.domain.songs import Song
from harmonix_splitter.errors import InvalidRequestError

_SAYS = (
    "Whose times: those of the library's sound (`library`), or those of the file this song was made from (`mine`), "
    "where that is a copy which begins or ends elsewhere (`startsAt` of the song)."
)


def _times(
    times: Annotated[str, Query(description=_SAYS, json_schema_extra={"enum": list(Times)})] = Times.LIBRARY,
) -> Times:
    try:
        return Times(times)
    except ValueError:
        raise InvalidRequestError(
            f"There are no times {times[:60]!r}.", advice=f"Known: {', '.join(Times)}.", field="times"
        ) from None


TheTimes = Annotated[Times, Depends(_times)]


def cut_asked(studio: Studio, song: Song, times: Times) -> Cut | None:
    """The cut whose times are wanted; None for the library's own, and where one's file is the same."""
    return studio.library.cut_of(song) if times is Times.MINE else None


def start_shape(studio: Studio, song: Song) -> dict[str, Any]:
    cut = studio.library.cut_of(song)
    return {"startsAt": round(cut.starts_at, 3) if cut else 0.0}


def tag_in(number: int, cut: Cut | None) -> str:
    """What is told in other times is another answer; nothing is saved in its name."""
    return f'"{number}-from-{cut.starts_at:.3f}-{cut.duration:.3f}"' if cut else tag_of(number)
