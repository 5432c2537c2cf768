"""Models the engines can run: what each is, whose it is, and which exact files it is made of."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class ModelFile:
    """One file. `sha256` may be a beginning only (eight characters or more) where the maker publishes no more;
    `size` is 0 where it is not known."""

    name: str
    url: str = ""
    sha256: str = ""
    size: int = 0

    def is_made_of(self, sha256: str) -> bool:
        return not self.sha256 or sha256.startswith(self.sha256)


class Layout(StrEnum):
    """How an ONNX model wants its spectrum."""

    TDC = "tdc"
    MDX = "mdx"


@dataclass(frozen=True)
class SpectrumShape:
    """STFT of an ONNX model. `gain` makes up for the loudness the model loses; the lowest `quiet_bins` are zeroed."""

    layout: Layout = Layout.MDX
    size: int = 6144
    hop: int = 1024
    gain: float = 1.0
    quiet_bins: int = 0


@dataclass(frozen=True)
class Model:
    """A model of the registry, or a file of the user's own. Audio is 44.1 kHz stereo."""

    name: str
    engine: str
    stems: tuple[str, ...]
    files: tuple[ModelFile, ...]
    licence: str
    source: str
    about: str = ""
    sample_rate: int = 44_100
    spectrum: SpectrumShape = field(default_factory=SpectrumShape)

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def can_be_pulled(self) -> bool:
        return all(file.url for file in self.files)


class Presence(StrEnum):
    """Whether a model is here."""

    HERE = "here"
    PARTLY = "partly here"
    ABSENT = "not here"
    DAMAGED = "damaged"
