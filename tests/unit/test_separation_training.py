"""How our own separator is trained: the loss tells the truth, silence costs nothing, equal seeds draw equal songs."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytestmark = pytest.mark.torch

from training.separation.collect import clip_of, licensed  # noqa: E402
from training.separation.composing import composed  # noqa: E402
from training.separation.examining import truth_of  # noqa: E402
from training.separation.export import network_from  # noqa: E402
from training.separation.lessons import lesson_of, spectrum_of  # noqa: E402
from training.separation.loss import loss_of, squared_error  # noqa: E402
from training.separation.midi import Note, midi_file  # noqa: E402
from training.separation.network import Along, Separator  # noqa: E402
from training.separation.play_basses import line  # noqa: E402

from harmonix_splitter.adapters.engines.separation.learned_masks import LearnedMasks  # noqa: E402
from harmonix_splitter.audio.bands import band_edges  # noqa: E402


def noises(count: int, frames: int = 8) -> list[np.ndarray]:
    chance = np.random.default_rng(3)
    return [spectrum_of(chance.standard_normal((frames * 1024 + 3072, 2)).astype(np.float32)) for _ in range(count)]


def test_the_band_error_is_the_error_of_the_masked_spectrum() -> None:
    vocals, drums, bass, other = noises(4)
    example = lesson_of({"vocals": vocals, "drums": drums, "bass": bass, "other": other})
    masks = np.random.default_rng(4).dirichlet(np.ones(4), (2, 8, 256)).transpose(3, 0, 1, 2).astype(np.float32)

    found = squared_error(torch.from_numpy(masks)[None], truth_of([example])[1])[0].numpy()

    mixture = vocals + drums + bass + other
    unit = example.energy[0].sum() / (np.abs(vocals) ** 2).sum()
    for number, stem in enumerate((vocals, drums, bass, other)):
        for band in (0, 60, 128, 190, 255):
            low, high = band_edges()[band], band_edges()[band + 1]
            wrong = masks[number, ..., band, None] * mixture[..., low:high] - stem[..., low:high]
            expected = (np.abs(wrong) ** 2).sum(-1) * unit
            np.testing.assert_allclose(found[number, ..., band], expected, rtol=0.01, atol=1e-4)


def test_a_song_without_split_accompaniment_is_judged_on_voice_and_rest() -> None:
    voice, rest = noises(2)
    truth = truth_of([lesson_of({"vocals": voice, "rest": rest})])[1]
    one, two = torch.rand(2, 1, 4, 2, 8, 256).softmax(2)
    two[:, 0] = one[:, 0]
    two[:, 1:] = (1 - one[:, :1]) / 3

    assert float(loss_of(one, truth, 0.2)) == pytest.approx(float(loss_of(two, truth, 0.2)), rel=1e-4)


def test_silence_costs_nothing_and_stays_finite() -> None:
    silence = np.zeros((2, 8, 2049), np.complex64)
    truth = truth_of([lesson_of({"vocals": silence, "drums": silence})])[1]
    masks = torch.full((1, 4, 2, 8, 256), 0.25, requires_grad=True)

    loss = loss_of(masks, truth, 0.0)
    loss.backward()

    assert float(loss.detach()) == pytest.approx(0.0, abs=1e-6)
    assert masks.grad is not None
    assert torch.isfinite(masks.grad).all()


def test_what_is_above_the_top_of_a_recording_is_not_judged() -> None:
    vocals, drums = noises(2)
    heard, truth = truth_of([lesson_of({"vocals": vocals, "drums": drums}, top=7300.0)])
    masks = torch.full((1, 4, 2, 8, 256), 0.25)
    changed = masks.clone()
    changed[..., -20:] = 0.0

    assert float(loss_of(masks, truth, 0.2)) == float(loss_of(changed, truth, 0.2))
    assert torch.isfinite(heard).all()


def test_the_masks_of_a_new_network_sum_to_one() -> None:
    network = Separator((8, 8, 8), memory=16).eval()

    masks = network(torch.randn(2, 5, 16, 256))

    assert masks.shape == (2, 4, 2, 16, 256)
    torch.testing.assert_close(masks.sum(1), torch.ones(2, 2, 16, 256))


def test_several_checkpoints_make_the_network_in_their_middle(tmp_path: Path) -> None:
    for name, weight in (("a", 1.0), ("b", 2.0)):
        state = {key: torch.full_like(value, weight) for key, value in Separator((8, 8, 8)).state_dict().items()}
        torch.save({"widths": (8, 8, 8), "average": state}, tmp_path / name)

    middle = network_from(tmp_path / "a", tmp_path / "b").state_dict()

    assert {float(value.mean()) for value in middle.values() if value.is_floating_point()} == {1.5}


def test_a_segment_with_its_context_is_answered_as_within_the_song() -> None:
    torch.manual_seed(5)
    network, song = Separator((8, 8, 8), memory=16), torch.randn(1, 5, 448, 256)
    network(song)  # running averages that are not those of a new network
    network.bottom[1].scatter.weight.data *= 30  # a memory that matters
    edge = LearnedMasks.context_frames + 4

    with torch.no_grad():
        whole = network.eval()(song)[:, :, :, 192:256]
        piece = network(song[:, :, 192 - edge : 256 + edge])[:, :, :, edge:-edge]

    torch.testing.assert_close(piece, whole, atol=1e-5, rtol=0)


def test_the_memory_is_a_recurrent_layer_over_what_is_in_reach() -> None:
    torch.manual_seed(6)
    layer, seen = Along(channels=4, bands=8, width=12), torch.randn(2, 4, 30, 8)

    with torch.no_grad():
        found = layer(seen)
        heard = torch.relu(layer.gather(seen.permute(0, 2, 1, 3).flatten(2)))
        around = torch.nn.functional.pad(heard, (0, 0, 9, 9)).unfold(1, 19, 1).transpose(2, 3)
        known = torch.stack([layer.remember(hood)[0][:, 9] for hood in around])
        expected = seen + layer.scatter(known).reshape(2, 30, 4, 8).permute(0, 2, 1, 3)

    torch.testing.assert_close(found, expected)


def test_a_synthetic_bass_plays_its_notes_and_no_click_at_their_ends() -> None:
    notes = (Note(0.0, 1.0, 33, 100), Note(1.0, 0.5, 45, 80))

    sound = line(notes, 60.0, np.random.default_rng(1))[:, 0]

    first, second = (np.abs(np.fft.rfft(part, 44_100)) for part in (sound[:44_100], sound[44_100:66_150]))
    assert int(first[20:70].argmax()) + 20 == pytest.approx(55, abs=2)
    assert int(second[80:130].argmax()) + 80 == pytest.approx(110, abs=3)
    assert np.abs(sound[[0, 44_099, 66_149]]).max() < 0.02


def test_equal_seeds_compose_equal_songs() -> None:
    first, second = composed(np.random.default_rng(7)), composed(np.random.default_rng(7))
    other = composed(np.random.default_rng(8))

    assert midi_file(first.parts["bass"], first.tempo) == midi_file(second.parts["bass"], second.tempo)
    assert first != other


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("CC0 1.0", True),
        ("CC BY 4.0 + CC BY 4.0", True),
        ("CC BY-NC 4.0", False),
        ("CC BY-SA 4.0", False),
        ("unknown", False),
    ],
)
def test_only_free_licences_are_trained_on(licence: str, free: bool) -> None:
    assert licensed(licence) is free


def test_the_examination_songs_are_held_out() -> None:
    sodium, lithium = clip_of("songs_multitrack/3_Sodium.bass.opus"), clip_of("songs_multitrack/2_Lithium.bass.opus")

    assert sodium is not None
    assert sodium.held_out
    assert lithium is not None
    assert not lithium.held_out
