"""The registry's analysis models: chords and key."""

from harmonix_splitter.domain.models import Model, ModelFile

_CHORDNET = "https://raw.githubusercontent.com/K024/chordmini-web/1a18e0b/src/assets"
_CHORDNET_SUMS = (
    "eb184eb3823a371cdbe59eb18a94f7571829f30ed3c7a2efc315e7c7f440eb15",
    "161d6ff62a4fefd6c86bf75d898d2c0722d5f39d4eebbc74dd2c9d561a96f83d",
    "9ca7effbd026e11b92a2312925dc1402a1fc8c6c6376026d8a55fb60002e0d94",
    "6a78bd71f25ef18dca8350dba426407bc5e6c596ecae6283d13763f7e0e9588c",
    "a6b7042fd2c04f8234a1f6484032c977e0e11ebc920b9af1febbfe466962eb3f",
)

CHORDNET = Model(
    "chordnet",
    "chords",
    (),
    tuple(
        ModelFile(f"ismir2019_chordnet_s{n}.onnx", f"{_CHORDNET}/ismir2019_chordnet_s{n}.onnx", checksum, 1_893_194)
        for n, checksum in enumerate(_CHORDNET_SUMS)
    ),
    "MIT",
    "https://github.com/K024/chordmini-web",
    "Large-vocabulary chords by structure decomposition (Jiang et al., ISMIR 2019), five folds.",
    sample_rate=22_050,
)
ANALYSIS_MODELS = (CHORDNET,)
