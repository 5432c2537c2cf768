"""Cutting and joining leave no trace."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmonix_splitter.audio.chunks import CrossFade, Segmentation, Sliding, with_context, with_triangle

PLANS = [
    with_context(64, 16, 8),
    with_context(10, 0, 1),
    with_triangle(50, 0.25),
    with_triangle(51, 0.5),
    with_triangle(40, 0.05),
]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PLANS), st.integers(1, 400), st.integers(1, 97))
def test_a_recording_of_any_length_comes_back_as_it_was(plan: Segmentation, frames: int, block: int) -> None:
    recording = np.random.default_rng(frames).normal(size=(frames, 2)).astype(np.float32)
    sliding = Sliding(recording[at : at + block] for at in range(0, frames, block))
    joined = CrossFade(1, 2, plan.fade)

    for part in plan.segments(frames):
        audio = sliding.read(part.read, part.read + plan.length).T
        joined.add(part, audio[None, :, part.kept])

    assert np.allclose(joined.take(frames)[0].T, recording, atol=1e-5)


def test_what_lies_outside_the_recording_is_silence() -> None:
    sliding = Sliding(iter([np.ones((5, 2), np.float32)]))

    assert sliding.read(-2, 7)[:, 0].tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 0]


def test_notices_a_stream_of_another_length() -> None:
    blocks = [np.ones((5, 2), np.float32)]

    assert Sliding(iter(blocks)).at_end(5)
    assert not Sliding(iter(blocks)).at_end(4)
    assert not Sliding(iter(blocks)).at_end(6)


@pytest.mark.parametrize("plan", PLANS)
def test_memory_does_not_grow_with_the_recording(plan: Segmentation) -> None:
    sliding = Sliding(np.zeros((64, 2), np.float32) for _ in range(200))
    held = []

    for part in plan.segments(200 * 64):
        sliding.read(part.read, part.read + plan.length)
        sliding.forget(part.read)
        held.append(len(sliding._held))

    assert max(held) <= 2 * plan.length + 64


def test_every_segment_sees_its_context_on_both_sides() -> None:
    plan = with_context(64, 16, 8)

    assert [(part.read, part.start, part.stop) for part in plan.segments(150)] == [
        (-16, 0, 72),
        (48, 64, 136),
        (112, 128, 150),
    ]
