/** One channel strip: level, place between left and right, and a meter after both. */

/** Long enough to be free of clicks, short enough to feel like a switch. */
const GLIDE_SECONDS = 0.015;

export class Strip {
  private readonly gain: GainNode;
  private readonly panner: StereoPannerNode;
  private readonly meter: Meter;

  constructor(source: AudioNode, output: number, out: AudioNode) {
    const { context } = source;
    this.gain = context.createGain();
    this.panner = new StereoPannerNode(context);
    source.connect(this.gain, output);
    this.gain.connect(this.panner);
    this.panner.connect(out);
    this.meter = new Meter(this.panner);
  }

  get level(): number {
    return this.meter.level();
  }

  /** A straight ramp, not an approach: at 0 the strip is digitally silent. */
  setGain(gain: number): void {
    glide(this.gain.gain, gain, this.gain.context.currentTime);
  }

  setPan(pan: number): void {
    glide(this.panner.pan, pan, this.gain.context.currentTime);
  }
}

export class Meter {
  private readonly analyser: AnalyserNode;
  private readonly samples: Float32Array<ArrayBuffer>;

  constructor(source: AudioNode) {
    this.analyser = new AnalyserNode(source.context, { fftSize: 1024 });
    this.samples = new Float32Array(this.analyser.fftSize);
    source.connect(this.analyser);
  }

  /** The peak of the last 23 ms, 1 being full scale. */
  level(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    let peak = 0;
    for (const sample of this.samples) peak = Math.max(peak, Math.abs(sample));
    return peak;
  }
}

export function glide(parameter: AudioParam, to: number, now: number): void {
  parameter.cancelScheduledValues(now);
  parameter.setValueAtTime(parameter.value, now);
  parameter.linearRampToValueAtTime(to, now + GLIDE_SECONDS);
}
