"""The registry's analysis models: chords, key, beats and notes."""

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
KEYNET = Model(
    "keynet",
    "key",
    (),
    (
        ModelFile(
            "keynet.pt",
            "https://raw.githubusercontent.com/Menschomat/MusicalKeyCNN/a7a1799/checkpoints/keynet.pt",
            "fc92072f1b9b19552ce3b74a9c8ce0cecb97633a12ae524ac0d93c05800e354e",
            1_874_533,
        ),
    ),
    "MIT",
    "https://github.com/Menschomat/MusicalKeyCNN",
    "Key of electronic music by a convolutional network (after Korzeniowski & Widmer 2018).",
    sample_rate=11_025,
)
BEATNET = Model(
    "beatnet",
    "beats",
    (),
    (
        ModelFile(
            "beatnet_1.pt",
            "https://raw.githubusercontent.com/mjhydri/BeatNet/ab5f986/src/BeatNet/models/model_1_weights.pt",
            "619091bc317ca3e83b45591d46f6de3d5a41588bcb39fe9fe7be30cffa6aca84",
            1_612_179,
        ),
    ),
    "CC BY 4.0",
    "https://github.com/mjhydri/BeatNet",
    "Beats and downbeats (Heydari, Cwitkowitz, Duan, ISMIR 2021), the network alone.",
    sample_rate=22_050,
)
BEAT_THIS_ONNX = Model(
    "beat_this_onnx",
    "beats",
    (),
    (ModelFile("beat_this.onnx"),),
    "MIT",
    "https://github.com/CPJKU/beat_this",
    "Beat This as ONNX: mel (1, frames, 128) in, logits `beat` and `downbeat` out. Bring your own export.",
    sample_rate=22_050,
)
BEAT_THIS = Model(
    "beat_this",
    "beats",
    (),
    (ModelFile("beat_this.ckpt"),),
    "MIT",
    "https://github.com/CPJKU/beat_this",
    "Checkpoint of Beat This (Foscarin, Schlüter, Widmer, ISMIR 2024) for its package. Bring your own file.",
    sample_rate=22_050,
)
BTC = Model(
    "btc",
    "chords",
    (),
    (ModelFile("btc_model_large_voca.pt"),),
    "MIT code; the annotations it learned from allow no commercial use",
    "https://github.com/jayg996/BTC-ISMIR19",
    "170 chords by a bi-directional transformer (Park et al., ISMIR 2019). Bring your own file.",
    sample_rate=22_050,
)
BASIC_PITCH = Model(
    "basic_pitch",
    "notes",
    (),
    (
        ModelFile(
            "nmp.onnx",
            "https://raw.githubusercontent.com/spotify/basic-pitch/v0.4.0/basic_pitch/saved_models/icassp_2022/nmp.onnx",
            "2c3c1d144bfa61ad236e92e169c13535c880469a12a047d4e73451f2c059a0ec",
            230_444,
        ),
    ),
    "Apache-2.0",
    "https://github.com/spotify/basic-pitch",
    "Notes of any instrument, many at once, for MIDI (Bittner et al., ICASSP 2022).",
    sample_rate=22_050,
)
ANALYSIS_MODELS = (CHORDNET, KEYNET, BEATNET, BEAT_THIS_ONNX, BEAT_THIS, BTC, BASIC_PITCH)
