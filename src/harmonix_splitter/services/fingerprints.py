"""Known again by ear: what a recording is made of, and whether two of them are the same sound."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.audio import fingerprint, mixes
from harmonix_splitter.domain.library import Recording
from harmonix_splitter.errors import AudioError
from harmonix_splitter.services.ports.media import AudioReader, MediaProbe
from harmonix_splitter.services.ports.processing import Identity, Match
from harmonix_splitter.services.ports.progress import Progress

# Bit error rates. Re-encoding, trimming, gain and resampling stay below 0.2; other takes and pitches lie near 0.45.
SAME = 0.25
SAME_EVERYWHERE = 0.38
ALIKE = 0.40
LEAST_OVERLAP = 0.9
# Shares of moments that are clearly louder or quieter. Copies stay below 0.005, and 0.02 in their worst four seconds;
# without the voice, the drums or the bass it is 0.04 and more, with a part of it at half its level 0.017.
SAME_MIX = 0.01
SAME_MIX_EVERYWHERE = 0.06


@dataclass(frozen=True)
class AudioIdentifier:
    """Reads a recording once, for the hash of its samples and for its fingerprint."""

    probe: MediaProbe
    reader: AudioReader

    def identify(self, recording: Path, progress: Progress) -> Identity:
        facts = self.probe.probe(recording)
        digest, counted = hashlib.sha256(), [0]

        def small() -> Iterator[NDArray[np.float32]]:
            """The same audio, mono and slow, while every sample of it is hashed and counted."""
            slower = fingerprint.Slower(facts.sample_rate)
            for block in self.reader.blocks(recording, rate=None):
                digest.update(np.ascontiguousarray(block, dtype="<f4").tobytes())
                counted[0] += len(block)
                progress(min(1.0, counted[0] / max(facts.samples, 1)))
                yield slower.slowed(block)
            yield slower.rest()

        heard = fingerprint.hear(small())
        if not counted[0]:
            raise AudioError("There is no sound in this file.", advice="Choose another file.")
        seconds = counted[0] / facts.sample_rate
        return Identity(
            audio_hash=digest.hexdigest(),
            words=tuple(map(int, heard.words)),
            duration=seconds,
            sample_rate=facts.sample_rate,
            samples=counted[0],
            has_video=facts.has_video,
            levels=heard.levels,
        )


@dataclass(frozen=True)
class FingerprintComparer:
    def marks(self, words: tuple[int, ...]) -> list[int]:
        return fingerprint.marks_of(np.array(words, np.uint32))

    def marks_near(self, words: tuple[int, ...]) -> list[int]:
        return fingerprint.marks_near(np.array(words, np.uint32))

    def compare(self, words: tuple[int, ...], other: Recording) -> Match | None:
        """None when they are not alike at all; `is_same` only when they agree all along, however cut at the ends."""
        ours, theirs = np.array(words, np.uint32), np.frombuffer(other.fingerprint, "<u4").astype(np.uint32)
        offset = fingerprint.offset_between(ours, theirs)
        if offset is None:
            return None
        error = fingerprint.unlikeness(ours, theirs, offset)
        if error > ALIKE:
            return None
        is_same = (
            error <= SAME
            and fingerprint.overlap(ours, theirs, offset) >= LEAST_OVERLAP
            and fingerprint.worst_stretch(ours, theirs, offset) <= SAME_EVERYWHERE
        )
        return Match(other.id, offset * fingerprint.SECONDS_PER_WORD, 1.0 - 2.0 * error, is_same)

    def is_same_mix(self, ours: Identity, theirs: Identity, offset: float) -> bool:
        """Of two recordings of the same take."""
        found = mixes.difference(ours.levels, theirs.levels, round(offset / fingerprint.SECONDS_PER_WORD))
        return found.share <= SAME_MIX and found.worst <= SAME_MIX_EVERYWHERE
