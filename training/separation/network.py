"""The network: band features in, four masks out, which sum to one.

A U-Net over (time, band) with three levels. Each block is two 3x3 convolutions and a narrow perceptron along
frequency that all channels share (so that a harmonic far above can speak for the one below); at the bottom a
recurrent layer looks along time in both directions. Skips are added.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from harmonix_splitter.audio.bands import BANDS, FEATURES

STEMS = ("vocals", "drums", "bass", "other")
DOWN = 8
"""The number of frames must be a multiple of this: time is folded once and halved twice."""


def _convolution(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


class Block(nn.Module):
    """Looks around locally, then along the whole frequency axis."""

    def __init__(self, channels: int, bands: int) -> None:
        super().__init__()
        self.near = nn.Sequential(_convolution(channels, channels), _convolution(channels, channels))
        self.far = nn.Sequential(nn.Linear(bands, bands // 4), nn.ReLU(inplace=True), nn.Linear(bands // 4, bands))

    def forward(self, seen: Tensor) -> Tensor:
        seen = seen + self.near(seen)
        return seen + self.far(seen)


class Along(nn.Module):
    """Recurrent in time over everything the lowest level knows of a frame, for so many steps to either side.

    It hears no further than that, so a song in segments with enough context is exactly the song in one piece.
    """

    reach = 9

    def __init__(self, channels: int, bands: int, width: int) -> None:
        super().__init__()
        self.gather = nn.Linear(channels * bands, width)
        self.remember = nn.GRU(width, width // 2, batch_first=True, bidirectional=True)
        self.scatter = nn.Linear(width, channels * bands)

    def forward(self, seen: Tensor) -> Tensor:
        batch, channels, frames, bands = seen.shape
        flat = seen.permute(0, 2, 1, 3).reshape(batch, frames, channels * bands)
        heard = nn.functional.pad(torch.relu(self.gather(flat)), (0, 0, self.reach, self.reach))
        known = torch.cat([self._arriving(heard, ""), self._arriving(heard.flip(1), "_reverse").flip(1)], dim=-1)
        spread = self.scatter(known).reshape(batch, frames, channels, bands)
        return seen + spread.permute(0, 2, 1, 3)

    def _arriving(self, heard: Tensor, direction: str) -> Tensor:
        """What the layer remembers when it gets to each frame from `reach` steps before it.

        Called in both directions at once, nn.GRU would walk on to the far end of every neighbourhood.
        """
        weights = [
            getattr(self.remember, f"{name}_l0{direction}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        ways = torch.stack([heard[:, step : step - 2 * self.reach] for step in range(self.reach + 1)], dim=2)
        start = heard.new_zeros(1, ways.shape[0] * ways.shape[1], self.remember.hidden_size)
        last = torch.gru(ways.flatten(0, 1), start, weights, True, 1, 0.0, self.training, False, True)[1]
        return last.reshape(*ways.shape[:2], -1)


class Separator(nn.Module):
    """(batch, 5, frames, 256) features -> (batch, 4 stems, 2 channels, frames, 256) masks."""

    def __init__(self, widths: Sequence[int] = (32, 48, 64), memory: int = 192) -> None:
        super().__init__()
        first, second, third = widths
        self.widths, self.memory = tuple(widths), memory
        self.enter = _convolution(FEATURES * 4, first)
        self.down = nn.ModuleList([Block(first, 128), Block(second, 64)])
        self.shrinking = nn.ModuleList([_halving(first, second), _halving(second, third)])
        self.bottom = nn.Sequential(Block(third, 32), Along(third, 32, memory))
        self.growing = nn.ModuleList([_doubling(third, second), _doubling(second, first)])
        self.up = nn.ModuleList([Block(second, 64), Block(first, 128)])
        self.leave = nn.Conv2d(first, len(STEMS) * 8, 1)

    def forward(self, features: Tensor) -> Tensor:
        return torch.softmax(self.scores(features), dim=1)

    def scores(self, features: Tensor) -> Tensor:
        """Before the softmax over stems."""
        seen = self.enter(_folded(features))
        kept = []
        for block, halve in zip(self.down, self.shrinking, strict=True):
            kept.append(block(seen))
            seen = halve(kept[-1])
        seen = self.bottom(seen)
        for double, block in zip(self.growing, self.up, strict=True):
            seen = block(double(seen) + kept.pop())
        return _unfolded(self.leave(seen))


def _halving(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 2, stride=2, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


def _doubling(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(before, after, 2, stride=2, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


def _folded(features: Tensor) -> Tensor:
    """Two by two neighbours in time and band become channels: a quarter of the places, four times the features."""
    pairs = torch.cat([features[:, :, 0::2], features[:, :, 1::2]], dim=1)
    return torch.cat([pairs[..., 0::2], pairs[..., 1::2]], dim=1)


def _unfolded(scores: Tensor) -> Tensor:
    """(batch, stems * channels * 4, frames / 2, 128) -> (batch, stems, channels, frames, 256)."""
    batch, _, frames, _ = scores.shape
    return nn.functional.pixel_shuffle(scores, 2).reshape(batch, len(STEMS), 2, 2 * frames, BANDS)
