"""Copies of real songs that the library must take for the song, and other mixes that it must not.

Run: python -m benchmarks.accuracy.copies

Prints a line for each kind: how many of them were taken for the song, and the largest (copies) or least (other mixes)
share of moments that are clearly louder or quieter, of all and of the worst four seconds.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.audio import fingerprint, mixes
from harmonix_splitter.domain.library import Recording
from harmonix_splitter.domain.sources import youtube
from harmonix_splitter.services.fingerprints import AudioIdentifier, FingerprintComparer
from harmonix_splitter.services.ports.processing import Identity
from harmonix_splitter.services.ports.progress import unheard

Audio = NDArray[np.float32]
AUDIO = Path(os.environ.get("HARMONIX_TEST_AUDIO", "../shared/audio"))
RATE, SECONDS = 44_100, 90
MEDIA = PyAvMedia()
IDENTIFIER, COMPARER = AudioIdentifier(MEDIA, MEDIA), FingerprintComparer()


def encoded(sound: Audio, form: str, codec: str, bits: int, rate: int = RATE, layout: str = "stereo") -> bytes:
    held = io.BytesIO()
    with av.open(held, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        stream.bit_rate = bits
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.reshape(1, -1)), format="flt", layout="stereo")
        frame.sample_rate, frame.pts = RATE, 0
        shape = av.AudioResampler(stream.format.name, layout, rate, stream.codec_context.frame_size or 1024)
        for part in [*shape.resample(frame), *shape.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return held.getvalue()


def plain(sound: Audio, rate: int = RATE) -> bytes:
    held = io.BytesIO()
    soundfile.write(held, sound, rate, format="WAV", subtype="PCM_16")
    return held.getvalue()


def copies(sound: Audio) -> Iterator[tuple[str, bytes]]:
    yield "mp3, 32 kbit/s, mono, 22 kHz", encoded(sound, "mp3", "libmp3lame", 32_000, 22_050, "mono")
    yield "mp3, 64 kbit/s", encoded(sound, "mp3", "libmp3lame", 64_000)
    yield "mp3, 128 kbit/s", encoded(sound, "mp3", "libmp3lame", 128_000)
    yield "aac, 64 kbit/s", encoded(sound, "mp4", "aac", 64_000)
    yield "aac, 128 kbit/s", encoded(sound, "mp4", "aac", 128_000)
    yield "opus, 48 kbit/s", encoded(sound, "ogg", "libopus", 48_000, 48_000)
    yield "resampled to 32 kHz", plain(soxr.resample(sound, RATE, 32_000), 32_000)
    yield "without its first 1.3 s, mp3", encoded(sound[int(1.3 * RATE) :], "mp3", "libmp3lame", 96_000)
    yield "after 2 s of silence", plain(np.vstack([np.zeros((2 * RATE, 2), np.float32), sound]))
    yield "9 dB quieter", plain(np.asarray(0.355 * sound, np.float32))
    yield "3 dB louder, clipped", plain(np.clip(1.41 * sound, -1, 1))


def other_mixes(parts: dict[str, Audio]) -> Iterator[tuple[str, bytes]]:
    """Of a song whose voice is known, and of one whose every part is."""
    whole = np.asarray(sum(parts.values()), np.float32)
    for name, part in parts.items():
        yield f"without its {name}", plain(whole - part)
        yield f"{name} 6 dB quieter", plain(whole - np.float32(0.5) * part)
        yield f"{name} 9 dB louder", plain(np.clip(whole + np.float32(1.8) * part, -1, 1))
    late = (np.arange(len(whole)) > len(whole) // 2)[:, None].astype(np.float32)
    yield "half of it without voice", plain(whole - late * parts["vocals"])


def patched(sound: Audio, other: Audio) -> bytes:
    new, middle = sound.copy(), len(sound) // 2
    new[middle : middle + 4 * RATE] = other[3 * RATE : 7 * RATE]
    return plain(new)


class Kinds:
    """What became of each kind, over all songs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[tuple[bool, str], list[tuple[bool, mixes.Difference | None]]] = {}

    def identity(self, content: bytes) -> Identity:
        path = self.folder / "sound.bin"
        path.write_bytes(content)
        return IDENTIFIER.identify(path, unheard)

    def add(self, *, is_copy: bool, kind: str, content: bytes, known: Identity) -> None:
        heard = self.identity(content)
        prints = np.array(known.words, "<u4").tobytes()
        match = COMPARER.compare(heard.words, Recording("a" * 11, youtube("a" * 11), fingerprint=prints))
        found, is_same = None, False
        if match is not None and match.is_same:
            rows = round(match.offset / fingerprint.SECONDS_PER_WORD)
            found = mixes.difference(heard.levels, known.levels, rows)
            is_same = COMPARER.is_same_mix(heard, known, match.offset)
        self.rows.setdefault((is_copy, kind), []).append((is_same, found))

    def show(self) -> None:
        for (is_copy, kind), answers in self.rows.items():
            told = [found for _, found in answers if found is not None]
            pick = max if is_copy else min
            shares = f"{pick(t.share for t in told):.4f} {pick(t.worst for t in told):.3f}" if told else "-"
            same = sum(is_same for is_same, _ in answers)
            print(f"{'copy' if is_copy else 'other mix':9} {kind:32} {same:2} of {len(answers):2} the song   {shares}")


def songs_in_parts() -> Iterator[dict[str, Audio]]:
    for folder in sorted(path for path in (AUDIO / "stems").iterdir() if path.is_dir()):
        voice, band = (MEDIA.load(folder / f"{name}_true.mp3") for name in ("vocals", "accompaniment"))
        length = min(len(voice), len(band), SECONDS * RATE)
        yield {"vocals": voice[:length], "band": band[:length]}
    yield {path.stem.removeprefix("stem_"): MEDIA.load(path) for path in sorted((AUDIO / "demo").glob("stem_*.flac"))}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        kinds = Kinds(Path(folder))
        names = [path for path in sorted((AUDIO / "songs").iterdir()) if path.suffix in {".mp3", ".ogg"}]
        songs = [sound for path in names if len(sound := MEDIA.load(path)[: SECONDS * RATE]) > 30 * RATE]
        for number, sound in enumerate(songs):
            known = kinds.identity(plain(sound))
            for kind, content in copies(sound):
                kinds.add(is_copy=True, kind=kind, content=content, known=known)
            kinds.add(is_copy=False, kind="4 s of another song", content=patched(sound, songs[number - 1]), known=known)
        for parts in songs_in_parts():
            known = kinds.identity(plain(np.asarray(sum(parts.values()), np.float32)))
            for kind, content in other_mixes(parts):
                kinds.add(is_copy=False, kind=kind, content=content, known=known)
        kinds.show()


if __name__ == "__main__":
    main()
