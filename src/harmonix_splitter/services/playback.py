"""Playback: mixes, single stems and pictures of them, rendered on this side for whoever cannot do it there."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from harmonix_splitter.audio.mixing import evenly, head_room, loudness_columns, mixed, peak_levels
from harmonix_splitter.domain.media import STUDIO_RATE, AudioFormat, Encoding
from harmonix_splitter.domain.playback import AS_RECORDED, WITHOUT_VOICE, Mix, Strip, parts_of
from harmonix_splitter.domain.separation import INSTRUMENTAL
from harmonix_splitter.domain.units import Semitones
from harmonix_splitter.services.ports.media import AudioEncoder, AudioReader, AudioWriters, Samples
from harmonix_splitter.services.ports.playback import Renderings, Stretcher
from harmonix_splitter.services.ports.progress import Progress, unheard
from harmonix_splitter.services.ports.storage import StoredFile

PEAK_SIZES = (512, 4096, 32768)
OUTLINE_COLUMNS = 40
_BLOCK = 65_536

Stems = Mapping[str, StoredFile]


@dataclass(frozen=True)
class PlaybackService:
    reader: AudioReader
    writers: AudioWriters
    encoder: AudioEncoder
    stretcher: Stretcher
    renderings: Renderings

    def mix(self, stems: Stems, mix: Mix, encoding: Encoding, progress: Progress = unheard) -> Path:
        """The mix as a file; rendered once, whoever asks."""
        mix.heard(parts_of(stems))
        return self.renderings.get(
            mix_name(stems, mix, encoding), lambda target: self._render(stems, mix, encoding, target, progress)
        )

    def has_mix(self, stems: Stems, mix: Mix, encoding: Encoding) -> bool:
        return self.renderings.has(mix_name(stems, mix, encoding))

    def stem_as(self, stem: StoredFile, encoding: Encoding) -> Path:
        """One stem in another form, its length kept to the sample where the form can."""
        name = f"{stem.sha256[:32]}-{_form(encoding)}"
        return self.renderings.get(name, lambda target: _void(self.encoder.encode(stem.path, target, encoding)))

    def instrumental(self, stems: Stems, encoding: Encoding) -> Path:
        """The song without its voice: the stem of that name, or the mix of all the others."""
        if INSTRUMENTAL in stems:  # Beside parts of its own, it would be heard twice in their mix.
            return self.stem_as(stems[INSTRUMENTAL], encoding)
        return self.mix(stems, WITHOUT_VOICE, encoding)

    def peaks(self, stem: StoredFile) -> Path:
        """The stem's waveform as a JSON file: `{sampleRate, levels: [{samplesPerPeak, peaks}]}`."""
        return self.renderings.get(f"{stem.sha256[:32]}-peaks.json", lambda target: self._draw(stem, target))

    def outline(self, stems: Stems) -> Path:
        """A small picture of the song as a JSON file: `{stem: [how loud, 0 to 127, from start to end]}`."""
        name = _outline_name(stems)
        # Drawn before the outline is asked for: only one rendering is made at a time.
        drawn = {} if self.renderings.has(name) else {stem: self.peaks(stems[stem]) for stem in parts_of(stems)}
        return self.renderings.get(name, lambda target: _outline(drawn, target))

    def drawn_outline(self, stems: Stems) -> Path | None:
        """The outline, if somebody asked for it before."""
        return self.outline(stems) if self.renderings.has(_outline_name(stems)) else None

    def shifted(self, stem: StoredFile, mix: Mix) -> Path:
        """One stem, faster or higher, as WAV; asked for by itself, a drum kit moves too."""
        return self.mix({stem.name: stem}, replace(mix, steady=frozenset()), Encoding(AudioFormat.WAV))

    def _render(self, stems: Stems, mix: Mix, encoding: Encoding, target: Path, progress: Progress) -> None:
        heard = mix.heard(parts_of(stems))
        scale = np.float32(head_room(self._sum(stems, heard)))
        progress(0.3)
        writer = self.writers.create(target, STUDIO_RATE, 2, encoding)
        try:
            for block in self._as_wished(stems, heard, mix):
                writer.write(np.clip(block * scale, -1.0, 1.0))
                progress(0.5)
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        progress(1.0)

    def _sum(self, stems: Stems, heard: Mapping[str, Strip]) -> Iterator[Samples]:
        """The mix; all silence is still as long as the song."""
        strips = heard or {next(iter(stems)): Strip(gain=0.0)}
        return mixed([(strip, self.reader.blocks(stems[name].path, block=_BLOCK)) for name, strip in strips.items()])

    def _as_wished(self, stems: Stems, heard: Mapping[str, Strip], mix: Mix) -> Iterator[Samples]:
        """The sum at the tempo asked for; what moves by as many semitones is moved together."""
        moves = {mix.moves(name) for name in heard} or {AS_RECORDED}
        moved = [
            self._moved(
                self._sum(stems, {name: strip for name, strip in heard.items() if mix.moves(name) == by}), mix, by
            )
            for by in sorted(moves)
        ]
        return mixed([(Strip(), evenly(blocks, _BLOCK)) for blocks in moved])

    def _moved(self, blocks: Iterator[Samples], mix: Mix, by: Semitones) -> Iterator[Samples]:
        if mix.tempo == 1 and by == AS_RECORDED:
            return blocks
        return self.stretcher.stretched(blocks, STUDIO_RATE, mix.tempo, by)

    def _draw(self, stem: StoredFile, target: Path) -> None:
        levels = peak_levels(self.reader.blocks(stem.path, block=_BLOCK), PEAK_SIZES)
        shown = [{"samplesPerPeak": size, "peaks": peaks} for size, peaks in levels.items()]
        target.write_text(json.dumps({"sampleRate": STUDIO_RATE, "levels": shown}, separators=(",", ":")))


def _outline_name(stems: Stems) -> str:
    about = "-".join(f"{name}={stems[name].sha256}" for name in parts_of(stems))
    return f"{hashlib.sha256(about.encode()).hexdigest()[:32]}-outline.json"


def _outline(drawn: Mapping[str, Path], target: Path) -> None:
    columns = {}
    for stem, path in drawn.items():
        middle = json.loads(path.read_text())["levels"][1]["peaks"]
        columns[stem] = loudness_columns(middle, OUTLINE_COLUMNS)
    target.write_text(json.dumps(columns, separators=(",", ":")))


def mix_name(stems: Stems, mix: Mix, encoding: Encoding) -> str:
    """The name of a mix among the renderings: from the content of its stems, not from anybody's id for them."""
    about = sorted(f"{name}={stems[name].sha256}" for name in parts_of(stems))
    return f"{mix.key(*about)}-{_form(encoding)}"


def _form(encoding: Encoding) -> str:
    return f"{encoding.bits}-{encoding.kilobits}{encoding.suffix}"


def _void(_path: Path) -> None:
    """The file is where it was asked for."""
