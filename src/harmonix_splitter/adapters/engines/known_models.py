"""The registry: models we know by name, file and checksum. Nothing is downloaded until somebody asks for it."""

from harmonix_splitter.adapters.engines.analysis_models import ANALYSIS_MODELS
from harmonix_splitter.domain.models import Layout, Model, ModelFile, SpectrumShape

_FOUR = ("drums", "bass", "other", "vocals")
_SIX = (*_FOUR, "guitar", "piano")
_DEMUCS = "https://dl.fbaipublicfiles.com/demucs"
_DEMUCS_PAGE = "https://github.com/adefossez/demucs"
_UVR = "https://github.com/TRvlvr/model_repo/releases/download/all_public_uvr_models"
_UVR_LICENCE = "MIT (Ultimate Vocal Remover, credit asked for)"


def _demucs(name: str, folder: str, files: tuple[str, ...], about: str, stems: tuple[str, ...] = _FOUR) -> Model:
    """Demucs puts the beginning of each file's checksum into its name."""
    parts = tuple(
        ModelFile(file, f"{_DEMUCS}/{folder}/{file}", file.removesuffix(".th").split("-")[1]) for file in files
    )
    return Model(name, "demucs", stems, parts, "MIT (weights trained on MUSDB18-HQ and own songs)", _DEMUCS_PAGE, about)


KNOWN_MODELS: tuple[Model, ...] = (
    _demucs(
        "htdemucs_ft",
        "hybrid_transformer",
        ("f7e0c4bc-ba3fe64a.th", "d12395a8-e57c48e6.th", "92cfc3b6-ef3bcb9c.th", "04573f0d-f3cf25b2.th"),
        "Hybrid Transformer Demucs, one specialist per stem: the best four stems, four times the work.",
    ),
    _demucs("htdemucs", "hybrid_transformer", ("955717e8-8726e21a.th",), "Hybrid Transformer Demucs, four stems."),
    _demucs(
        "htdemucs_6s",
        "hybrid_transformer",
        ("5c90dfd2-34c22ccb.th",),
        "Six stems with guitar and piano (the piano is weak).",
        _SIX,
    ),
    _demucs("hdemucs_mmi", "hybrid_transformer", ("75fc33f5-1941ce65.th",), "Hybrid Demucs v3, retrained."),
    _demucs(
        "mdx_extra",
        "mdx_final",
        ("e51eebcc-c1b80bdd.th", "a1d90b5c-ae9d2452.th", "5d2d6c55-db83574e.th", "cfa93e08-61801ae1.th"),
        "Bag of four Hybrid Demucs of the MDX challenge.",
    ),
    Model(
        "uvr_mdx_voc_ft",
        "onnx",
        ("vocals",),
        (
            ModelFile(
                "UVR-MDX-NET-Voc_FT.onnx",
                f"{_UVR}/UVR-MDX-NET-Voc_FT.onnx",
                "534b2070fcc7df514b13ef660dc8cbb328679c2374d04354a5c42bb14ecce111",
            ),
        ),
        _UVR_LICENCE,
        "https://github.com/Anjok07/ultimatevocalremovergui",
        "MDX-Net vocals of the Ultimate Vocal Remover.",
        spectrum=SpectrumShape(Layout.MDX, 7680, gain=1.021, quiet_bins=3),
    ),
    Model(
        "tdc_vocals",
        "onnx",
        ("vocals",),
        (
            ModelFile(
                "tdc_vocals_top1.onnx",
                "",
                "cd2108c0a03ab5950bfce0d889558b7f0e127a7d500345af2db65faff4f558e8",
                2_168_124,
            ),
        ),
        "MIT (trained on MUSDB18)",
        "https://github.com/ws-choi/ISMIR2020_U_Nets_SVS",
        "TDC U-Net vocals, small and quick; convert its checkpoint to ONNX and import the file.",
        spectrum=SpectrumShape(Layout.TDC, 2048),
    ),
    *ANALYSIS_MODELS,
)

UVR_PARAMETERS: dict[str, tuple[str, int, float]] = {
    "77d07b2667ddf05b9e3175941b4454a0": ("vocals", 7680, 1.021),
    "1d64a6d2c30f709b8c9b4ce1366d96ee": ("instrumental", 5120, 1.065),
    "0ddfc0eb5792638ad5dc27850236c246": ("vocals", 6144, 1.035),
    "26d308f91f3423a67dc69a6d12a8793d": ("other", 8192, 1.035),
    "2cdd429caac38f0194b133884160f2c6": ("instrumental", 7680, 1.045),
    "2f5501189a2f6db6349916fabe8c90de": ("vocals", 6144, 1.035),
    "488b3e6f8bd3717d9d7c428476be2d75": ("instrumental", 7680, 1.035),
}
"""Ultimate Vocal Remover's parameters of MDX-Net files by its own fingerprint: stem, STFT size, gain."""
