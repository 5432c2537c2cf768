"""Half the bits where they are twice as fast and as good: decided by trying, on the machine and the weights at hand."""

import time
from typing import Any

_AGREEMENT = 40.0
_WORTH_IT = 0.9


def best_precision(model: Any, example: Any, device: str) -> str:
    """ "float32", or the shorter form that agrees with it within 40 dB on this very model and runs faster."""
    import torch

    shorter = torch.float16 if device == "cuda" else torch.bfloat16
    if device not in ("cuda", "cpu") or (device == "cpu" and not has_short_arithmetic()):
        return "float32"
    exact, exact_seconds = _timed(model, example, device, None)
    rough, rough_seconds = _timed(model, example, device, shorter)
    error = (exact - rough).float().pow(2).sum()
    agreement = 10 * torch.log10(exact.float().pow(2).sum() / error.clamp_min(1e-20))
    is_good = bool(torch.isfinite(rough).all()) and float(agreement) > _AGREEMENT
    return str(shorter).removeprefix("torch.") if is_good and rough_seconds < _WORTH_IT * exact_seconds else "float32"


def has_short_arithmetic() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; without it bfloat16 is far slower than float32."""
    import torch

    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, check, lambda: False)()) for check in checks)


def run_at(model: Any, audio: Any, device: str, precision: str) -> Any:
    """The model's answer in float32, computed at a precision."""
    import torch

    with torch.inference_mode():
        if precision == "float32":
            return model(audio)
        with torch.autocast(device, dtype=getattr(torch, precision)):
            return model(audio).float()


def _timed(model: Any, example: Any, device: str, dtype: Any) -> tuple[Any, float]:
    precision = "float32" if dtype is None else str(dtype).removeprefix("torch.")
    run_at(model, example, device, precision)
    started = time.perf_counter()
    result = run_at(model, example, device, precision)
    return result.cpu(), time.perf_counter() - started
