"""Chosen settings kept in memory."""

from dataclasses import dataclass, field

from harmonix_splitter.errors import StaleError
from harmonix_splitter.services.ports.settings import Choices


@dataclass
class ChoicesInMemory:
    kept: list[Choices] = field(default_factory=list)

    def newest(self) -> Choices:
        return self.kept[-1] if self.kept else Choices()

    def revision(self) -> int:
        return self.newest().revision

    def add(self, choices: Choices) -> None:
        if choices.revision != self.revision() + 1:
            raise StaleError("Somebody was faster.", current=self.revision())
        self.kept.append(choices)
