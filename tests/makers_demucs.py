"""Makes small Demucs models with random weights, saved as the demucs package saves its own."""

import hashlib
import io
from pathlib import Path


def tiny_model(folder: Path, signature: str = "1234abcd", seed: int = 0, **settings: object) -> Path:
    """An HTDemucs of a few thousand weights under its checksummed name."""
    import torch
    from demucs.htdemucs import HTDemucs

    torch.manual_seed(seed)
    words = {"sources": ["drums", "bass", "other", "vocals"], "channels": 8, "t_layers": 1, "t_heads": 2, "segment": 2}
    words |= {"bottom_channels": 16} | settings
    model = HTDemucs(**words)
    return saved(folder, signature, model, words)


def saved(folder: Path, signature: str, model: object, words: dict) -> Path:
    import torch

    state = {key: tensor.half() for key, tensor in model.state_dict().items()}
    file = io.BytesIO()
    torch.save({"klass": type(model), "args": (), "kwargs": words, "state": state}, file)
    mark = hashlib.sha256(file.getvalue()).hexdigest()[:8]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{signature}-{mark}.th"
    path.write_bytes(file.getvalue())
    return path
