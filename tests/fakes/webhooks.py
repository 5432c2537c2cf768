"""Doubles for webhooks."""

from dataclasses import dataclass, field

from harmonix_splitter.domain.webhooks import Heard


@dataclass
class FakeMessenger:
    """Answers what it was told to, the last for ever; remembers what was sent."""

    answers: list[Heard] = field(default_factory=lambda: [Heard(200)])
    sent: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def post(self, url: str, body: str, headers: dict[str, str]) -> Heard:
        self.sent.append((url, body, headers))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
