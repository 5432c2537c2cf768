"""Mix a training example by chance: which voice, over what, how loud, through which effects."""

from collections import defaultdict

import numpy as np

from harmonix_splitter.audio.bands import FRAME, HOP, SAMPLE_RATE
from training.separation import effects
from training.separation.lessons import Example, lesson_of, spectrum_of
from training.separation.store import Clip

FRAMES = 128
LENGTH = (FRAMES - 1) * HOP + FRAME
# How often a voice of each kind is drawn: real singing first, each synthetic family a little.
VOICES = {
    "songs_multitrack": 0.24,
    "resung_songs_multitrack": 0.20,
    "singing": 0.08,
    "resung_singing": 0.06,
    "speech_sung": 0.06,
    "resung_speech_sung": 0.22,
    "singing_synth": 0.04,
    "resung_singing_synth": 0.03,
    "espeak": 0.07,
}
BASSES = {"band": 0.45, "synth_bass": 0.3, "bass_line": 0.25}
# How loud (dB) the players of a generated band are on average.
_BALANCE = {"drums": 0.0, "bass": -1.0, "other": -3.5}

Chance = np.random.Generator
Sounds = dict[str, np.ndarray]


class Mixer:
    """Draws lessons from the cache; equal seeds draw equal lessons."""

    def __init__(self, clips: list[Clip], seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.voices: dict[str, list[Clip]] = defaultdict(list)
        self.roles: dict[tuple[str, str], list[Clip]] = defaultdict(list)
        self.songs: dict[str, list[Clip]] = defaultdict(list)
        for clip in clips:
            if clip.role == "vocals":
                self.voices[clip.kind].append(clip)
            else:
                self.roles[clip.role, clip.kind].append(clip)
            if clip.kind in ("songs_multitrack", "band"):
                self.songs[clip.song].append(clip)
        self.bands = sorted(song for song in self.songs if song.startswith("band"))
        self.albums = sorted(song for song in self.songs if not song.startswith("band"))

    def lesson(self) -> Example:
        """A mixture and what it is made of."""
        sounds, top = self._backing()
        if self.chance.random() < 0.9:
            backing = np.sqrt(np.mean(sum(sounds.values()) ** 2) + 1e-9)
            voice, top_of_voice = self._voice()
            loudness = np.sqrt(np.mean(voice**2))
            level = 10 ** (self.chance.normal(-1.0, 4.5) / 20)
            if loudness > 1e-5:
                sounds["vocals"] = voice * np.float32(backing / loudness * level)
            top = min(top, top_of_voice)
        return self._mastered(sounds, top)

    def _voice(self) -> tuple[np.ndarray, float]:
        kinds = [kind for kind in VOICES if self.voices[kind]]
        odds = np.array([VOICES[kind] for kind in kinds])
        clip = self._one(self.voices[str(self.chance.choice(kinds, p=odds / odds.sum()))])
        sound, top = self._sung(clip), clip.top
        if self.chance.random() < 0.15:
            second = self._one(self.voices[str(self.chance.choice(kinds, p=odds / odds.sum()))])
            sound = effects.mixed_in(sound, self._sung(second), self.chance.uniform(-12, 0))
            top = min(top, second.top)
        return sound, top

    def _sung(self, clip: Clip) -> np.ndarray:
        """A stretch with somebody singing, through a studio's chain."""
        chance, dry = self.chance, clip.kind != "songs_multitrack"
        sound = self._loud_stretch(clip, 0.13)
        if chance.random() < 0.35:
            sound = effects.squeezed(sound, chance)
        if chance.random() < 0.12:
            sound = effects.driven(sound, chance)
        sound = effects.stereo(sound, chance)
        if chance.random() < 0.2:
            sound = effects.doubled(sound, chance)
        if chance.random() < 0.15:
            sound = effects.echoed(sound, chance)
        return effects.in_a_room(sound, chance) if chance.random() < (0.7 if dry else 0.25) else sound

    def _loud_stretch(self, clip: Clip, spread: float) -> np.ndarray:
        """The loudest of three random stretches, sped up or slowed down."""
        factor = float(np.exp(np.clip(self.chance.normal(0, spread * 0.7), -spread, spread)))
        audio = clip.audio()
        places = [self._place([clip]) for _ in range(4)]
        return self._stretch(clip, max(places, key=lambda place: _power(audio[place : place + LENGTH : 16])), factor)

    def _stretch(self, clip: Clip, place: int, factor: float) -> np.ndarray:
        audio = clip.audio()
        part = audio[place : place + int(LENGTH * factor) + 2]
        return effects.hurried(part.astype(np.float32) / 32768, factor, LENGTH)

    def _place(self, clips: list[Clip]) -> int:
        """A first sample from which the shortest of these still has enough to play, if any has."""
        shortest = min(len(clip.audio()) for clip in clips)
        return int(self.chance.integers(max(shortest - int(LENGTH * 1.15), 1)))

    def _one(self, clips: list[Clip]) -> Clip:
        return clips[int(self.chance.integers(len(clips)))]

    def _backing(self) -> tuple[Sounds, float]:
        dice = self.chance.random()
        if dice < 0.37:
            return self._song(str(self.chance.choice(self.bands))), 22050.0
        if dice < 0.47 and self.roles["other", "orchestra"]:
            return self._orchestra(), 22050.0
        if dice < 0.65:
            song = str(self.chance.choice(self.albums))
            return self._song(song), self.songs[song][0].top
        if dice < 0.80:
            clip = self._one(self.roles["rest", "instrumentals"])
            return {"rest": self._placed(self._stretch(clip, self._place([clip]), self._speed()))}, 22050.0
        return self._jam(), 22050.0

    def _speed(self) -> float:
        return float(np.exp(np.clip(self.chance.normal(0, 0.08), -0.14, 0.14)))

    def _song(self, song: str) -> Sounds:
        """A song's own accompaniment, in time; now and then one player stays away or is replaced."""
        place, factor = self._place(self.songs[song]), self._speed()
        sounds: Sounds = {}
        for clip in self.songs[song]:
            if clip.role == "vocals" or self.chance.random() < 0.08:
                continue
            sound = self._stretch(clip, place, factor)
            sound = self._amplified(sound) if clip.role == "bass" else self._placed(sound)
            if clip.kind == "band":
                sound = self._at(sound, 0.1 * 10 ** (self.chance.normal(_BALANCE[clip.role], 4) / 20))
            else:
                sound = sound * np.float32(10 ** (self.chance.normal(0, 2) / 20))
            sounds[clip.role] = sounds.get(clip.role, np.float32(0)) + sound
        if self.chance.random() < 0.35 and "drums" in sounds:
            sounds["drums"] = self._drums(_loudness(sounds["drums"]))
        if self.chance.random() < 0.35 and "bass" in sounds:
            sounds["bass"] = self._bass(_loudness(sounds["bass"]))
        return self._ducked(sounds) or self._jam()

    def _orchestra(self) -> Sounds:
        """Strings, winds and a soloist, who swell and sing as voices do; now and then with drums."""
        song = self._one(self.roles["other", "orchestra"]).song
        players = [clip for clip in self.roles["other", "orchestra"] if clip.song == song]
        place, factor = self._place(players), self._speed()
        heard = [clip for clip in players if self.chance.random() < 0.8] or players[:1]
        level = float(self.chance.uniform(0.05, 0.15))
        parts = [
            self._at(self._placed(self._stretch(clip, place, factor)), level * 10 ** (self.chance.normal(0, 4) / 20))
            for clip in heard
        ]
        return {"other": sum(parts)} | ({"drums": self._drums(level)} if self.chance.random() < 0.3 else {})

    def _jam(self) -> Sounds:
        """Players who never met."""
        level = float(self.chance.uniform(0.05, 0.15))
        sounds = {"drums": self._drums(level)} if self.chance.random() < 0.9 else {}
        sounds["bass"] = self._bass(level * 10 ** (self.chance.normal(-1, 3.5) / 20))
        clip = self._one(self.roles["other", "band"])
        sound = self._placed(self._stretch(clip, self._place([clip]), self._speed()))
        sounds["other"] = self._at(sound, level * 10 ** (self.chance.normal(-1, 3.5) / 20))
        return self._ducked(sounds)

    def _bass(self, level: float) -> np.ndarray:
        """Any bass at hand: real notes strung into lines, sound fonts, synthesisers."""
        kinds = [kind for kind in BASSES if self.roles["bass", kind]]
        odds = np.array([BASSES[kind] for kind in kinds])
        clip = self._one(self.roles["bass", str(self.chance.choice(kinds, p=odds / odds.sum()))])
        return self._at(self._amplified(self._stretch(clip, self._place([clip]), self._speed())), level)

    def _amplified(self, sound: np.ndarray) -> np.ndarray:
        """A bass as records have it: often squeezed and driven, almost always in the middle."""
        if self.chance.random() < 0.4:
            sound = effects.squeezed(sound, self.chance)
        if self.chance.random() < 0.3:
            sound = effects.driven(sound, self.chance)
        if self.chance.random() < 0.15:
            return effects.stereo(sound, self.chance)
        return np.repeat(sound.mean(axis=1, keepdims=True), 2, axis=1)

    def _ducked(self, sounds: Sounds) -> Sounds:
        """Now and then the drums push the bass down, as dance music does."""
        if {"drums", "bass"} <= sounds.keys() and self.chance.random() < 0.12:
            level, gain = _loudness(sounds["bass"]), effects.squeeze(sounds["drums"], self.chance.uniform(0.2, 0.8))
            sounds["bass"] = self._at(sounds["bass"] * gain[:, None], level)
        return sounds

    def _drums(self, level: float) -> np.ndarray:
        kind = "drums" if self.chance.random() < 0.6 else "band"
        clip = self._one(self.roles["drums", kind])
        sound = self._placed(self._stretch(clip, self._place([clip]), self._speed()))
        return self._at(sound, level)

    def _placed(self, sound: np.ndarray) -> np.ndarray:
        """An instrument between the speakers, sometimes driven, sometimes in a room."""
        if self.chance.random() < 0.12:
            sound = effects.driven(sound, self.chance)
        sound = effects.stereo(sound, self.chance)
        return effects.in_a_room(sound, self.chance) if self.chance.random() < 0.12 else sound

    @staticmethod
    def _at(sound: np.ndarray, level: float) -> np.ndarray:
        return sound * np.float32(level / (np.sqrt(np.mean(sound**2)) + 1e-3))

    def _mastered(self, sounds: Sounds, top: float) -> Example:
        """Tone per stem, then what a mastering desk does to the sum, done to every stem alike."""
        chance = self.chance
        if chance.random() < 0.3:
            gain = effects.squeeze(sum(sounds.values()), chance.uniform(0.1, 0.5))[:, None]
            sounds = {role: sound * gain for role, sound in sounds.items()}
        if chance.random() < 0.05:
            sounds = {role: np.repeat(sound.mean(axis=1, keepdims=True), 2, axis=1) for role, sound in sounds.items()}
        curve = effects.tone(chance, 1.5)
        if chance.random() < 0.35:
            curve[int(chance.uniform(15000, 19000) / SAMPLE_RATE * FRAME) :] = 1e-4
        if chance.random() < 0.08:
            return self._coded(sounds, curve, top)
        tones = {role: effects.tone(chance, 4.5 if role == "bass" else 3.0) * curve for role in sounds}
        spectra = {role: spectrum_of(sound) * tones[role] for role, sound in sounds.items()}
        return lesson_of(spectra, top, self._level_error())

    def _coded(self, sounds: Sounds, curve: np.ndarray, top: float) -> Example:
        """The mixture as it comes out of an mp3 or Ogg file, the stems as they went in."""
        mixture = sum(sounds.values())
        loudest = np.float32(np.abs(mixture).max() + 1e-6)
        lost = effects.coded(mixture / loudest, self.chance) * loudest - mixture
        spectra = {role: spectrum_of(sound) * curve for role, sound in sounds.items()}
        return lesson_of(spectra, top, self._level_error(), spectrum_of(lost) * curve)

    def _level_error(self) -> float:
        """How far (dB) a song's level lies above an excerpt's: mostly little, in quiet passages a lot."""
        return float(self.chance.uniform(0, 22) if self.chance.random() < 0.12 else self.chance.normal(0, 2.5))


def _power(samples: np.ndarray) -> float:
    return float(np.square(samples.astype(np.float32)).mean())


def _loudness(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound**2)))
