/** Picks up what sounds in the studio, as pieces of samples. */
import captureAddress from './capture.worklet.ts?worker&url';
import type { Outlet } from './tap';

export interface Piece {
  /** Left, right, left, right… */
  samples: Float32Array<ArrayBuffer>;
  sampleRate: number;
  /** When its first sample was made, by the wall clock in milliseconds. */
  startedAt: number;
}

type Streaming = HTMLMediaElement & { captureStream?: () => MediaStream };

export class Capture {
  /** Null when this browser cannot pick this outlet up, or nothing sounds there yet. */
  static async of(outlet: Outlet, hear: (piece: Piece) => void): Promise<Capture | null> {
    const isNode = outlet instanceof AudioNode;
    const source = isNode ? outlet : sourceOf(outlet);
    if (!source) return null;
    const context = source.context as AudioContext;
    await context.audioWorklet.addModule(captureAddress);
    return new Capture(outlet, source, context, !isNode, hear);
  }

  private readonly node: AudioWorkletNode;

  private constructor(
    readonly outlet: Outlet,
    private readonly source: AudioNode,
    private readonly context: AudioContext,
    private readonly ownsContext: boolean,
    hear: (piece: Piece) => void,
  ) {
    this.node = new AudioWorkletNode(context, 'harmonix-capture', { channelCount: 2, channelCountMode: 'explicit', outputChannelCount: [2] });
    this.node.port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => {
      const milliseconds = (data.length / 2 / context.sampleRate) * 1000;
      hear({ samples: data, sampleRate: context.sampleRate, startedAt: Date.now() - milliseconds });
    };
    source.connect(this.node);
    this.node.connect(context.destination); // Silent, but only what leads to the speakers is sure to be run.
  }

  close(): void {
    this.node.port.onmessage = null;
    this.node.disconnect();
    if (this.ownsContext) void this.context.close();
    else this.source.disconnect(this.node);
  }
}

function sourceOf(audio: Streaming): AudioNode | null {
  const stream = audio.captureStream?.();
  if (!stream?.getAudioTracks().length) return null;
  return new MediaStreamAudioSourceNode(new AudioContext(), { mediaStream: stream });
}
