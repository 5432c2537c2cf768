"""What rooms are asked for."""

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass

from harmonix_splitter.api.documents import Wish
from harmonix_splitter.domain.party import StageChange


class OpenWish(Wish):
    name: str = Field("Karaoke", max_length=200, examples=["Friday night"])


class JoinWish(Wish):
    name: str = Field(max_length=20_000, examples=["Ann"])


class SongWish(Wish):
    song_id: str = Field("", max_length=64)
    semitones: int = Field(0, ge=-12, le=12, description="Away from the recording, as the singer likes it.")
    link: str = Field("", max_length=2_000, examples=["https://youtu.be/dQw4w9WgXcQ"])


class MoveWish(Wish):
    position: int = Field(ge=0, le=10_000, description="0 is the next one.")


class SwapWish(Wish):
    other_id: str = Field(max_length=64)


class RangeWish(Wish):
    lowest: float = Field(description="MIDI note")
    highest: float


class PauseWish(Wish):
    is_paused: bool


class SungWish(Wish):
    turn_id: str = Field(max_length=64)


@dataclass(frozen=True, config=ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid"))
class StageWish(StageChange):
    """The change itself, as JSON."""
