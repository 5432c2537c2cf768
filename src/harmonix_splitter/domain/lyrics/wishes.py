"""What somebody asks to be done with a song's words, in a form that a job can carry."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum


class WordsTask(StrEnum):
    ALIGN = "align"
    TRANSCRIBE = "transcribe"


@dataclass(frozen=True)
class WordsWish:
    """`text` empty: time the words that are there. `engine` and `model` empty: the default."""

    task: WordsTask
    author: str
    text: str = ""
    language: str = ""
    engine: str = ""
    model: str = ""

    @classmethod
    def from_document(cls, document: Mapping[str, str]) -> "WordsWish":
        return cls(**{**document, "task": WordsTask(document["task"])})  # type: ignore[arg-type]

    def to_document(self) -> dict[str, str]:
        return {**asdict(self), "task": str(self.task)}
