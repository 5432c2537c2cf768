"""Names for sections from a language model behind an OpenAI-compatible address. It learns the form, no music."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from harmonix_splitter.errors import AnalysisError, EngineMissingError

_TASK = (
    "These are the sections of a song in order, with the letter of their music, their length and their loudness "
    "against the song's middle. Name each one. Allowed names: {names}. Answer with a JSON object "
    '{{"names": [...]}} that holds exactly {count} names and nothing else.'
)


@dataclass(frozen=True)
class LlmNames:
    """SectionNamer. Off as long as `address` is empty."""

    address: str
    model: str
    key: str = ""
    patience: float = 20.0
    name: str = "llm"

    def require(self) -> None:
        if not self.address or not self.model:
            raise EngineMissingError(
                "No language model is set up.", advice="Set analysis.namer_url and analysis.namer_model."
            )

    def names(self, described: tuple[Mapping[str, Any], ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
        task = _TASK.format(names=", ".join(allowed), count=len(described))
        messages = [{"role": "system", "content": task}, {"role": "user", "content": json.dumps(described)}]
        answer = self._asked({"model": self.model, "temperature": 0, "messages": messages})
        return _checked(answer, len(described), allowed)

    def _asked(self, body: Mapping[str, Any]) -> str:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        place = f"{self.address.rstrip('/')}/chat/completions"
        try:
            response = httpx.post(place, json=body, headers=headers, timeout=self.patience)
            response.raise_for_status()
            content: str = response.json()["choices"][0]["message"]["content"]
        except httpx.TimeoutException as slow:
            raise AnalysisError(f"The language model took longer than {self.patience:g} seconds.") from slow
        except httpx.HTTPError as failed:
            raise AnalysisError(f"The language model cannot be asked: {failed}") from failed
        except (ValueError, KeyError, IndexError, TypeError) as strange:
            raise AnalysisError("The language model's server answered in an unknown form.") from strange
        return content


def _checked(answer: str, count: int, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Only a full list of allowed names will do."""
    try:
        names = json.loads(answer[answer.index("{") : answer.rindex("}") + 1])["names"]
        chosen = tuple(str(name).strip().lower() for name in names)
    except (ValueError, KeyError, TypeError, AttributeError) as strange:
        raise AnalysisError("The language model's answer holds no names.") from strange
    if len(chosen) != count or not set(chosen) <= set(allowed):
        raise AnalysisError("The language model named sections as it was not allowed to.")
    return chosen
