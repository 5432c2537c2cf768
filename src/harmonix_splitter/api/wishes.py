"""What a request asks for, read in either spelling the documents use."""

from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from harmonix_splitter.config.settings import Settings
from harmonix_splitter.domain.separation import Mode, Quality, Recipe, stem_name


def _either(snake: str, camel: str, default: Any = None) -> Any:
    return Field(default, validation_alias=AliasChoices(camel, snake))


def _listed(value: Any) -> Any:
    return [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value


StemNames = Annotated[list[str], BeforeValidator(_listed)]


class RecipeWish(BaseModel):
    """Mode, quality, engine and stems; what is left out is what the server is set to."""

    model_config = ConfigDict(extra="ignore")

    mode: Mode | None = None
    quality: Quality | None = None
    engine: str = Field("", max_length=40, pattern=r"^[a-z0-9_]*$")
    model: str = Field("", max_length=60, pattern=r"^[A-Za-z0-9_.]*$")
    stems: StemNames = Field(
        default_factory=list, max_length=12, validation_alias=AliasChoices("stems", "instruments", "target_instruments")
    )

    def recipe(self, settings: Settings) -> Recipe:
        chosen = settings.separation
        return Recipe(
            self.mode or Mode(chosen.mode),
            self.quality or Quality(chosen.quality),
            self.engine or chosen.engine,
            self.model,
            tuple(sorted({stem_name(stem) for stem in self.stems})),
        )


class NewSong(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    title: str
    artist: str = "Unknown"
    album: str | None = ""
    duration_ms: float | None = _either("duration_ms", "durationMs")
    source: str | None = None
    video_id: str | None = _either("video_id", "videoId")


class SongChanges(BaseModel):
    model_config = ConfigDict(extra="ignore")

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    language: str | None = None
    year: int | None = None
    duration_ms: int | None = _either("duration_ms", "durationMs")
    plain_lyrics: str | None = _either("plain_lyrics", "plainLyrics")
    synced_lyrics: str | None = _either("synced_lyrics", "syncedLyrics")


class VideoWish(RecipeWish):
    video_id: str = Field(validation_alias=AliasChoices("videoId", "video_id"))
    song_id: str | None = _either("song_id", "songId")
    title: str | None = None
    artist: str | None = None
    album: str | None = None


class LinkWish(RecipeWish):
    url: str
    output_name: str | None = None
    preview: bool = False


class LinksWish(RecipeWish):
    urls: list[str] = Field(max_length=500)
