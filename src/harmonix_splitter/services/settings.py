"""Changing settings while the studio runs: on this machine at once, on every other within seconds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from harmonix_splitter.errors import StaleError
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.settings import ChoiceRecord, Choices, HouseRules


@dataclass(frozen=True)
class SettingsService:
    record: ChoiceRecord
    rules: HouseRules
    clock: Clock

    def refresh(self) -> None:
        """Take up what was chosen elsewhere."""
        if self.record.revision() != self.rules.revision:
            newest = self.record.newest()
            self.rules.take(newest.revision, newest.values)

    def change(
        self, user_id: str, changes: Mapping[str, Any], take_back: Iterable[str] = (), expected: int | None = None
    ) -> int:
        """Choose some values and take other choices back; the number of this change. Raise StaleError when
        `expected` is not the newest one's, and change nothing when any value cannot be."""
        before, taken_back = self.record.newest(), set(take_back)
        if expected is not None and expected != before.revision:
            raise StaleError("Somebody changed the settings meanwhile.", current=before.revision, advice="Look again.")
        for key in (*changes, *taken_back):
            self.rules.require_changeable(key)
        values = {key: value for key, value in {**before.values, **changes}.items() if key not in taken_back}
        self.rules.check(values)
        after = Choices(before.revision + 1, values, user_id, self.clock.now())
        self.record.add(after)
        self.rules.take(after.revision, values)
        return after.revision
