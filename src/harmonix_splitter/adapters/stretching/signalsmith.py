"""Signalsmith Stretch: polyphonic, in time to a few samples, some fifty times faster than the music."""

import numpy as np

from harmonix_splitter.domain.units import Semitones
from harmonix_splitter.services.ports.media import Samples


class SignalsmithStretcher:
    def stretched(self, samples: Samples, rate: int, tempo: float, semitones: Semitones) -> Samples:
        from python_stretch import Signalsmith

        stretch = Signalsmith.Stretch(1)
        stretch.preset(2, float(rate))
        stretch.timeFactor = tempo
        stretch.setTransposeSemitones(float(semitones))
        done = np.asarray(stretch.process(np.ascontiguousarray(samples.T)), dtype=np.float32).T
        return np.ascontiguousarray(done)
