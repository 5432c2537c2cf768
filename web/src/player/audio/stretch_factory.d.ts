declare module 'virtual:stretch-factory' {
  /** The emscripten module of signalsmith-stretch, as far as we call it. Pointers are byte offsets into HEAP8. */
  export interface StretchModule {
    HEAP8: Int8Array;
    _main(): void;
    _presetDefault(channels: number, sampleRate: number): void;
    _configure(channels: number, blockSamples: number, intervalSamples: number, split: boolean): void;
    _setBuffers(channels: number, samples: number): number;
    _inputLatency(): number;
    _outputLatency(): number;
    _reset(): void;
    _setTransposeSemitones(semitones: number, tonalityLimit: number): void;
    _setFormantSemitones(semitones: number, compensate: boolean): void;
    _setFormantBase(cyclesPerSample: number): void;
    _seek(samples: number, rate: number): void;
    _process(inputSamples: number, outputSamples: number): void;
  }

  const factory: () => Promise<StretchModule>;
  export default factory;
}
