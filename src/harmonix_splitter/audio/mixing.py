"""Stems added up: levels, places, and the head room that keeps the sum from clipping."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.domain.playback import Strip

Samples = NDArray[np.float32]
FULL_SCALE = 0.999


def mixed(stems: Sequence[tuple[Strip, Iterator[Samples]]]) -> Iterator[Samples]:
    """Blocks of (frames, 2): the sum of all stems through their strips. A shorter stem is silent to the end."""
    strips = [strip for strip, _ in stems]
    for blocks in zip_longest(*(blocks for _, blocks in stems)):
        longest = max(len(block) for block in blocks if block is not None)
        total = np.zeros((longest, 2), dtype=np.float32)
        for strip, block in zip(strips, blocks, strict=True):
            if block is not None:
                total[: len(block)] += placed(block, strip)
        yield total


def evenly(blocks: Iterator[Samples], size: int) -> Iterator[Samples]:
    """The same sound in blocks of `size` frames; the last one may be shorter."""
    held: list[Samples] = []
    count = 0
    for block in blocks:
        held.append(block)
        count += len(block)
        if count >= size:
            whole = np.concatenate(held)
            yield from (whole[at : at + size] for at in range(0, count - count % size, size))
            count %= size
            held = [whole[len(whole) - count :]]
    if count:
        yield np.concatenate(held)


def placed(block: Samples, strip: Strip) -> Samples:
    """(frames, 2) through one strip."""
    left_left, right_left, left_right, right_right = strip.matrix()
    if strip.pan == 0:
        return block * np.float32(strip.gain)
    matrix = np.array([[left_left, left_right], [right_left, right_right]], dtype=np.float32)
    return np.asarray(block @ matrix, dtype=np.float32)


def head_room(blocks: Iterator[Samples]) -> float:
    """The factor, at most 1, that keeps the loudest sample below full scale."""
    peak = max((float(np.abs(block).max(initial=0.0)) for block in blocks), default=0.0)
    return min(1.0, FULL_SCALE / peak) if peak else 1.0


def peak_levels(blocks: Iterator[Samples], sizes: Sequence[int]) -> Mapping[int, list[int]]:
    """Lowest and highest in turn, -127 to 127, for every `size` frames; each size a multiple of the one before."""
    finest = sizes[0]
    pairs = np.concatenate([*_extremes(blocks, finest), np.zeros((0, 2), dtype=np.float32)])
    return {size: _as_bytes(_coarser(pairs, size // finest)) for size in sizes}


def loudness_columns(peaks: Sequence[int], count: int) -> list[int]:
    """From lowest and highest in turn: how far the sound swings in each of `count` equal stretches, 0 to 127."""
    lowest, highest = np.asarray(peaks, dtype=np.float32).reshape(-1, 2).T
    if not len(highest):
        return [0] * count
    swings = np.repeat((highest - lowest) / 2, -(-count // len(highest)))
    stretches = np.array_split(swings, count)
    return [round(float(stretch.mean())) for stretch in stretches]


def _extremes(blocks: Iterator[Samples], size: int) -> Iterator[Samples]:
    rest = np.zeros((0,), dtype=np.float32)
    for block in blocks:
        mono = np.concatenate([rest, block.mean(axis=1)])
        whole = len(mono) // size * size
        rest = mono[whole:]
        framed = mono[:whole].reshape(-1, size)
        yield np.stack([framed.min(axis=1), framed.max(axis=1)], axis=1)
    if len(rest):
        yield np.array([[rest.min(), rest.max()]], dtype=np.float32)


def _coarser(pairs: Samples, by: int) -> Samples:
    if by == 1 or not len(pairs):
        return pairs
    padded = np.concatenate([pairs, np.repeat(pairs[-1:], -len(pairs) % by, axis=0)]).reshape(-1, by, 2)
    return np.stack([padded[:, :, 0].min(axis=1), padded[:, :, 1].max(axis=1)], axis=1)


def _as_bytes(pairs: Samples) -> list[int]:
    return [int(value) for value in np.clip(np.round(pairs * 127), -127, 127).astype(np.int8).reshape(-1)]
