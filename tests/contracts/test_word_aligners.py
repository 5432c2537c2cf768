"""Every aligner keeps the contract: a time for each word, in order, inside the recording."""

from importlib.util import find_spec

import numpy as np
import pytest

from harmonix_splitter.adapters.engines.speech.built_in_aligner import BuiltInAligner
from harmonix_splitter.adapters.engines.speech.pocketsphinx_aligner import PocketSphinxAligner
from harmonix_splitter.domain.lyrics.alignment import TextToAlign
from harmonix_splitter.errors import EngineError, EngineMissingError, HarmonixError, InvalidRequestError
from harmonix_splitter.services.ports.lyrics import VOICE_RATE, WordAligner
from tests.fakes.lyrics import FakeAligner
from tests.singer import Song, sung

LINES = ("lima sotu napi", "teka sulo mena disa", "nolu pati zema")
ALIGNERS = [FakeAligner(), BuiltInAligner(), PocketSphinxAligner()]
HAS_POCKETSPHINX = find_spec("pocketsphinx") is not None


@pytest.fixture(scope="module")
def song() -> Song:
    return sung(LINES)


@pytest.fixture(params=ALIGNERS, ids=["fake", "built-in", "pocketsphinx"])
def aligner(request: pytest.FixtureRequest) -> WordAligner:
    found: WordAligner = request.param
    if isinstance(found, PocketSphinxAligner) and not HAS_POCKETSPHINX:
        pytest.skip("pocketsphinx is not installed: pip install 'harmonix-splitter[align-en]'")
    return found


def test_every_word_has_a_time_in_order_and_inside_the_recording(aligner: WordAligner, song: Song):
    try:
        found = aligner.align(song.samples, TextToAlign.of_text("\n".join(LINES), "en"))
    except EngineError as lost:
        assert isinstance(aligner, PocketSphinxAligner)
        assert "Use the built-in aligner" in lost.advice
        return

    starts = [word.start for word in found.words]
    assert len(starts) == len(song.words)
    assert starts == sorted(starts)
    assert 0 <= starts[0] <= starts[-1] <= len(song.samples) / VOICE_RATE
    assert all(0 <= word.confidence <= 1 and word.end >= word.start for word in found.words)
    assert 0 <= found.fit <= 1


@pytest.mark.parametrize("text", ["我爱你", "مرحبا بالعالم", "🎵 la", "1999", "a" * 300])
def test_any_script_is_timed_or_refused_in_words(aligner: WordAligner, song: Song, text: str):
    try:
        found = aligner.align(song.samples, TextToAlign.of_text(text))
    except HarmonixError as refused:
        assert refused.message
    else:
        assert len(found.words) == TextToAlign.of_text(text).word_count


def test_noise_without_a_voice_breaks_nobody(aligner: WordAligner):
    noise = np.random.default_rng(1).standard_normal(VOICE_RATE * 3).astype(np.float32) * 0.01

    try:
        found = aligner.align(noise, TextToAlign.of_text("nobody sings here"))
    except HarmonixError as refused:
        assert refused.message
    else:
        assert len(found.words) == 3


@pytest.mark.skipif(not HAS_POCKETSPHINX, reason="pocketsphinx is not installed")
def test_pocketsphinx_knows_only_english(song: Song):
    with pytest.raises(InvalidRequestError, match="only knows English"):
        PocketSphinxAligner().align(song.samples, TextToAlign.of_text("lima", "fr"))


@pytest.mark.skipif(HAS_POCKETSPHINX, reason="pocketsphinx is installed")
def test_without_pocketsphinx_it_says_what_to_install(song: Song):
    with pytest.raises(EngineMissingError, match="align-en"):
        PocketSphinxAligner().align(song.samples, TextToAlign.of_text("lima", "en"))
