"""What rooms are asked for."""

from pydantic import Field

from harmonix_splitter.api.documents import Wish
from harmonix_splitter.domain.party import StageChange


class OpenWish(Wish):
    name: str = Field("Karaoke", max_length=200, examples=["Friday night"])


class JoinWish(Wish):
    name: str = Field(max_length=20_000, examples=["Ann"])


class SongWish(Wish):
    song_id: str = Field("", max_length=64)
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


class StageWish(Wish):
    is_playing: bool | None = None
    position: float | None = None
    tempo: float | None = None
    semitones: int | None = None
    guide: float | None = None
    volume: float | None = None
    lyrics_size: float | None = None
    lyrics_offset: float | None = None

    def change(self) -> StageChange:
        return StageChange(**self.model_dump())
