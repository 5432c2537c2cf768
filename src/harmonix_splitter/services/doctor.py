"""The check-up: runs one tiny real job per part and says what works, with what, how fast."""

from dataclasses import dataclass

from harmonix_splitter.domain.doctor import Finding, Health
from harmonix_splitter.errors import ConfigError, EngineMissingError, HarmonixError
from harmonix_splitter.services.ports.clock import Clock
from harmonix_splitter.services.ports.doctor import Check


@dataclass(frozen=True)
class DoctorService:
    checks: tuple[Check, ...]
    clock: Clock

    def examine(self) -> list[Finding]:
        """Every check in turn; one that rests on a broken one is not tried, so that only the cause turns red."""
        findings: list[Finding] = []
        for check in self.checks:
            broken = {finding.name for finding in findings if finding.health is Health.BROKEN}
            waits = Finding(check.name, Health.MISSING, f"Not examined while this is broken: {check.rests_on}.")
            findings.append(waits if check.rests_on in broken else self._finding(check))
        return findings

    def _finding(self, check: Check) -> Finding:
        start = self.clock.monotonic()
        try:
            used = check.run()
        except (EngineMissingError, ConfigError) as absent:
            health = Health.BROKEN if check.needed else Health.MISSING
            return Finding(check.name, health, absent.message, self.clock.monotonic() - start, absent.advice)
        except HarmonixError as broken:
            advice = broken.advice or "See the log for the details."
            return Finding(check.name, Health.BROKEN, broken.message, self.clock.monotonic() - start, advice)
        except Exception as bug:  # a check-up must reach its last line whatever one part does
            advice = "This is a bug: please report it with `harmonix doctor --json`."
            return Finding(check.name, Health.BROKEN, repr(bug), self.clock.monotonic() - start, advice)
        return Finding(check.name, Health.OK, used, self.clock.monotonic() - start)


def is_well(findings: list[Finding]) -> bool:
    return all(finding.health is not Health.BROKEN for finding in findings)
