"""Finds one part after another, from the chosen engines where they work and by our own maths where they do not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from harmonix_splitter.analysis.instrument_model import patches_of
from harmonix_splitter.analysis.instruments import TELLING, in_mix, in_stems, together
from harmonix_splitter.domain.analysis import Chord, KeyFinding, Rhythm, Section
from harmonix_splitter.errors import EngineError
from harmonix_splitter.services.analysis import form, harmony, rhythm
from harmonix_splitter.services.analysis.engines import OWN, AnalysisEngines
from harmonix_splitter.services.analysis.listening import Heard
from harmonix_splitter.services.analysis.notes import Notes
from harmonix_splitter.services.ports.analysis import Engine, Samples, Sound

Found = TypeVar("Found")
SomeEngine = TypeVar("SomeEngine", bound=Engine)


@dataclass(frozen=True)
class Harmony:
    """Chords, the likeliest keys, and the key of each stretch where it changes."""

    chords: tuple[Chord, ...] = ()
    keys: tuple[KeyFinding, ...] = ()
    changes: tuple[KeyFinding, ...] = ()


@dataclass
class Finder:
    """One analysis under way. `ran` says what did which part; `missing` why something better did not."""

    engines: AnalysisEngines
    sound: Sound | None
    heard: Heard
    notes: Notes
    ran: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def rhythm(self) -> Rhythm:
        found = self._tried("beats", self.engines.beats, lambda engine, sound: engine.beats(sound))
        if found is not None:
            return rhythm.rhythm_from(found, self.heard, self.notes)
        return rhythm.rhythm_of(self.heard, self.notes)

    def harmony(self, beats: Rhythm, sections: tuple[Section, ...]) -> Harmony:
        if harmony.is_one_note(self.notes):
            return Harmony()
        edges = harmony.spans_of(beats, self.heard.whole.duration)
        costs = harmony.change_costs(beats, edges)
        names, logs = ours = harmony.own_chances(self.notes, edges)
        engine = self._tried("chords", self.engines.chords, lambda engine, sound: engine.chances(sound))
        if engine is not None:
            names, logs = theirs = harmony.engine_chances(engine, edges)
            if self.engines.hybrid_chords:
                names, logs = harmony.mixed_chances(ours, theirs)
        triads = harmony.triads_of(names, logs, costs)
        keys = self._keys(triads, edges)
        changes = harmony.key_changes_of(self.notes, triads, edges, beats, sections) if keys else ()
        keys = harmony.led_by_longest(keys, changes)
        logs = harmony.with_key_prior(names, logs, edges, changes or keys[:1])
        chords = harmony.chords_from(names, logs, edges, costs)
        keys = harmony.as_sure_as(chords, keys)
        return Harmony(chords, keys, changes) if any(chord.name.is_chord for chord in chords) else Harmony()

    def sections(self, beats: Rhythm) -> tuple[Section, ...]:
        found = self._tried("sections", self.engines.sections, lambda engine, sound: engine.sections(sound))
        sections = found or form.sections_of(self.heard, self.notes, beats, self.heard.whole.duration)
        described = form.described(sections, self.heard)
        namers = self.engines.namers if described else ()
        named = self._tried("section_names", namers, lambda engine, _: engine.names(described, form.NAMES))
        return form.renamed(sections, named) if named else sections

    def instruments(self) -> Mapping[str, float]:
        whole = patches_of(self.heard.whole)
        stems = {name: patches_of(stem) for name, stem in self.heard.stems.items() if name in TELLING}
        own = together(in_mix(whole), in_stems(stems, whole.loudness))
        tagged = self._tried("instruments", self.engines.instruments, lambda engine, sound: engine.chances(sound))
        return {name: max(sure, (tagged or {}).get(name, 0.0)) for name, sure in own.items()}

    def _keys(self, triads: Samples, edges: Samples) -> tuple[KeyFinding, ...]:
        engine = self._tried("key", self.engines.keys, lambda engine, sound: engine.chances(sound))
        return harmony.keys_of(self.notes, triads, edges, engine)

    def _tried(
        self, part: str, engines: Sequence[SomeEngine], use: Callable[[SomeEngine, Sound], Found]
    ) -> Found | None:
        """What the first engine that works finds; None when none does, with the reasons noted."""
        for engine in engines if self.sound is not None else ():
            assert self.sound is not None
            try:
                engine.require()
                found = use(engine, self.sound)
            except EngineError as failed:
                self.missing[f"{part}.{engine.name}"] = str(failed)
                continue
            self.ran[part] = engine.name
            return found
        self.ran[part] = OWN
        return None
