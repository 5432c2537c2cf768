/** Collects what sounds into half-second pieces, left and right in turn, for whoever shares it. Sounds nothing itself. */
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const QUANTUM = 128;

class CaptureProcessor extends AudioWorkletProcessor {
  private readonly frames = Math.round(sampleRate / 2 / QUANTUM) * QUANTUM;
  private piece = new Float32Array(this.frames * 2);
  private filled = 0;

  process(inputs: Float32Array[][]): boolean {
    const [left, right] = inputs[0] ?? [];
    const length = left?.length ?? QUANTUM; // Nothing connected is silence, and silence takes its time too.
    for (let place = 0; place < length; place++) {
      this.piece[2 * this.filled] = left?.[place] ?? 0;
      this.piece[2 * this.filled + 1] = (right ?? left)?.[place] ?? 0;
      this.filled++;
      if (this.filled === this.frames) this.send();
    }
    return true;
  }

  private send(): void {
    this.port.postMessage(this.piece, [this.piece.buffer]);
    this.piece = new Float32Array(this.frames * 2);
    this.filled = 0;
  }
}

registerProcessor('harmonix-capture', CaptureProcessor);
