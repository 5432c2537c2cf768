"""What a job runs through: the rooms that do the work, put in a row."""

from collections.abc import Mapping
from typing import Any

from harmonix_splitter.adapters.clock import SystemClock
from harmonix_splitter.bootstrap.analysis import analysis
from harmonix_splitter.bootstrap.jobs import jobs
from harmonix_splitter.bootstrap.library import library, storage
from harmonix_splitter.bootstrap.lyrics import lyrics
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.bootstrap.separation import separation
from harmonix_splitter.bootstrap.sources import sources
from harmonix_splitter.services.jobs import JobsService
from harmonix_splitter.services.ports.events import Heard
from harmonix_splitter.services.ports.processing import Identifies
from harmonix_splitter.services.processing import ProcessingService


def processing(parts: Parts) -> ProcessingService:
    from harmonix_splitter.adapters.queues.slots import FileSlots
    from harmonix_splitter.services.fingerprints import FingerprintComparer
    from harmonix_splitter.services.recognition import RecognitionService

    limits = parts.settings.queue
    slots = FileSlots(
        parts.settings.data_dir / "locks",
        {"fetch": limits.fetches_at_once, "separate": limits.separations_at_once, "analyse": limits.analyses_at_once},
    )
    shelf = library(parts)
    recognition = RecognitionService(
        shelf, sources(parts), identifier(parts), FingerprintComparer(), slots, parts.clock
    )
    return ProcessingService(
        jobs(parts),
        shelf,
        storage(parts),
        recognition,
        separation(parts),
        analysis(parts),
        lyrics(parts),
        slots,
        parts.clock,
    )


def child_work(greeting: Mapping[str, Any], tell: Heard) -> tuple[JobsService, ProcessingService]:
    """The work of a child process: its parent's settings, and news told to the parent."""
    from harmonix_splitter.adapters.events.relay import RelayedEvents
    from harmonix_splitter.bootstrap.process import start_logging
    from harmonix_splitter.config.current import CurrentSettings
    from harmonix_splitter.config.settings import load

    parts = Parts(CurrentSettings(load(greeting["flags"])), SystemClock(), is_patient=True)
    parts.__dict__["events"] = RelayedEvents(tell)
    start_logging(parts)
    return jobs(parts), processing(parts)


def identifier(parts: Parts) -> Identifies:
    from harmonix_splitter.adapters.media.reading import PyAvMedia
    from harmonix_splitter.domain.media import MediaLimits
    from harmonix_splitter.domain.units import Seconds
    from harmonix_splitter.services.fingerprints import AudioIdentifier

    media = PyAvMedia(MediaLimits(max_duration=Seconds(parts.settings.limits.duration_minutes * 60.0)))
    return AudioIdentifier(media, media)
