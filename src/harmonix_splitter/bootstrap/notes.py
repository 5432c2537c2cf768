"""Notes: Basic Pitch where its model is, one voice otherwise."""

from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.notes import NotesService, OneVoice


def notes(parts: Parts) -> NotesService:
    from harmonix_splitter.adapters.engines.models import ModelFolder
    from harmonix_splitter.adapters.engines.notes.basic_pitch import BasicPitch
    from harmonix_splitter.adapters.media.reading import PyAvMedia
    from harmonix_splitter.adapters.storage.midi_files import MidiFolder
    from harmonix_splitter.adapters.storage.renderings import RenderingFolder
    from harmonix_splitter.domain.media import MediaLimits
    from harmonix_splitter.domain.units import Seconds

    settings = parts.settings
    media = PyAvMedia(MediaLimits(max_duration=Seconds(settings.limits.duration_minutes * 60.0)))
    return NotesService(
        media,
        (BasicPitch(ModelFolder(settings.models_dir), settings.separation.threads or 1), OneVoice()),
        RenderingFolder(settings.data_dir / "renderings"),
        MidiFolder(settings.data_dir / "outputs" / "users"),
    )
