/** The way out: the browser's audio thread with the deck's program in it. Opening it takes longest of all that a first
 * press waits for and needs nothing of the song, so it can be opened while the song is still being asked for. */
import deckAddress from './deck.worklet.ts?worker&url';
import type { Decode } from './sources';

/** Stems are kept at this rate; with the context at the same one, decoding never resamples. */
export const SAMPLE_RATE = 44100;

/** Stems decoded at the same time: each takes five times its samples while it lasts, and there are few cores. */
const LANES = 2;

export class Output {
  readonly context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  readonly decode = inLanes(decoderOf(this.context));
  /** Settles when a deck can be made; what went wrong is said to whoever waits for it. */
  readonly loaded = this.context.audioWorklet.addModule(deckAddress);
  private readonly ending = new AbortController();

  constructor() {
    this.loaded.catch(() => undefined);
  }

  /** Fetch the audio thread's program for later, without waking anything. */
  static fetchProgram(): void {
    fetch(deckAddress).catch(() => undefined);
  }

  get closed(): AbortSignal {
    return this.ending.signal;
  }

  close(): void {
    this.ending.abort();
    void this.context.close();
  }
}

function decoderOf(context: BaseAudioContext): Decode {
  return async (file) => {
    const audio = await context.decodeAudioData(file);
    return Array.from({ length: audio.numberOfChannels }, (_, channel) => audio.getChannelData(channel));
  };
}

/** The same decoder, for so many at a time; the others wait their turn. */
function inLanes(decode: Decode, lanes = LANES): Decode {
  const ends = new Array<Promise<unknown>>(lanes).fill(Promise.resolve());
  let next = 0;
  return (file) => {
    const lane = next++ % lanes;
    const decoded = (ends[lane] ?? Promise.resolve()).then(() => decode(file));
    ends[lane] = decoded.catch(() => undefined);
    return decoded;
  };
}
