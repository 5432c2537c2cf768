/** One live session as a listener has it: connection, clock, sound, and what plays. */
import { apiAddress } from '../api/client';
import { pauseBefore } from '../live/backoff';
import { channelsOf, frameFrom, type Frame } from './frames';
import { Pacing, ServerClock } from './pacing';
import { placeOf, saidFrom, type Said } from './playing';
import { placeAt, transportFrom, type Transport } from './transport';

export type ListenState = 'waiting' | 'live' | 'paused' | 'away' | 'ended' | 'cut';

const UNKNOWN_SESSION = 4404;
/** Asking for a session that is not there is throttled by the server: one in two seconds. */
const UNKNOWN_PAUSE_MS = 4000;
const PING_MS = 5000;
/** A few at once in the beginning: the quickest of them tells the server's clock well enough to play by. */
const FIRST_PINGS_MS = [0, 150, 400, 900];
/** A sharer speaks more than once a second: silent for so long, it is gone for the moment. */
const AWAY_MS = 6000;
const microseconds = (): number => performance.now() * 1000;

export class Listening {
  said = $state.raw<Said | null>(null);
  hasEnded = $state(false);
  isConnected = $state(false);
  isKnown = $state(false);
  isHearing = $state(false);
  /** Nobody sends sound here: everybody plays the song for themselves. */
  isTogether = $state(false);
  /** Changes when the sharer begins anew, with another song perhaps. */
  epoch = $state(0);
  transport = $state.raw<Transport | null>(null);
  /** Where everybody plays: nothing has come from the sharer for a while. Then all stand still until it is back. */
  isAway = $state(false);
  /** Sound has come since we began to listen. */
  hasSound = $state(false);
  private readonly name = crypto.getRandomValues(new Uint32Array(2)).join('-');
  private readonly clock = new ServerClock();
  private pacing = new Pacing();
  private context: AudioContext | null = null;
  private sources = new Set<AudioBufferSourceNode>();
  private socket: WebSocket | null = null;
  private newest: { epoch: number; sequence: number } | null = null;
  private saidAt = 0;
  private attempt = 0;
  private isClosed = false;
  private rejoins = false;
  private retrying: ReturnType<typeof setTimeout> | undefined;
  private readonly pinging = setInterval(() => this.ping(), PING_MS);
  private heardAt = 0;
  private readonly watching = setInterval(() => (this.isAway = this.isTogether && performance.now() - this.heardAt > AWAY_MS), 500);

  constructor(readonly code: string) {
    this.connect();
  }

  get state(): ListenState {
    if (!this.isConnected) return this.isKnown ? (this.hasEnded ? 'ended' : 'cut') : 'waiting';
    if (this.hasEnded) return 'ended';
    if (!this.said) return 'waiting';
    if (this.isAway) return 'away';
    return this.said.paused ? 'paused' : 'live';
  }

  /** Where the song is as heard here, in seconds. */
  place(): number {
    if (!this.said) return 0;
    if (this.transport && this.serverNow !== null) {
      const silentFor = performance.now() - this.heardAt;
      return placeAt(this.transport, this.serverNow - Math.max(0, silentFor - AWAY_MS) * 1000);
    }
    const since = (microseconds() - this.saidAt) / 1e6;
    return placeOf(this.said, this.context ? this.pacing.sharedTime(this.soundingTime(this.context)) : null, since);
  }

  /** The server's clock in microseconds; null before it is known. */
  get serverNow(): number | null {
    return this.clock.now(microseconds());
  }

  /** Begin to sound. Call it from a press: browsers want one. */
  async start(): Promise<void> {
    this.context ??= new AudioContext({ latencyHint: 'playback' });
    await this.context.resume();
    this.isHearing = true;
    this.newest = null;
    this.pacing = new Pacing();
    this.socket?.close(); // Until now we listened in the small codec and played nothing of it.
  }

  stop(): void {
    this.isHearing = false;
    this.hasSound = false;
    this.hush();
    this.socket?.close();
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.pinging);
    clearInterval(this.watching);
    clearTimeout(this.retrying);
    this.hush();
    this.socket?.close();
    void this.context?.close();
  }

  private connect(): void {
    const query = { codec: this.isHearing ? 'float' : 'opus', listener: this.name, epoch: this.newest?.epoch, since: this.newest?.sequence };
    const address = new URL(apiAddress(`/api/share/${encodeURIComponent(this.code)}/listen`, query), location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const wantsSound = this.isHearing;
    const socket = (this.socket = new WebSocket(address));
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => FIRST_PINGS_MS.forEach((pause) => setTimeout(() => this.ping(), pause));
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') this.hear(JSON.parse(data) as Record<string, unknown>);
      else if (wantsSound && this.isHearing) this.play(frameFrom(data));
    };
    socket.onclose = ({ code }) => this.retry(code, this.rejoins || wantsSound !== this.isHearing);
  }

  /** What kind of session it is now, the next greeting says. */
  private rejoin(): void {
    this.rejoins = true;
    this.socket?.close();
  }

  private retry(code: number, atOnce: boolean): void {
    if (this.isClosed) return;
    if (!atOnce) this.isConnected = false;
    this.rejoins = false;
    if (code === UNKNOWN_SESSION) {
      this.hasEnded = this.isKnown; // A session that was here and is not any more has ended.
      this.newest = null;
    }
    const pause = code === UNKNOWN_SESSION ? UNKNOWN_PAUSE_MS : pauseBefore(this.attempt++, Math.random, 8000);
    this.retrying = setTimeout(() => this.connect(), atOnce ? 0 : pause);
  }

  private ping(): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: 'ping', id: microseconds() }));
  }

  private hear(news: Record<string, unknown>): void {
    if (news.type === 'hello') this.greeted(news);
    else if (news.type === 'metadata') this.tell(news);
    else if (news.type === 'ended') this.ended();
    else if (news.type === 'started') this.rejoin();
    else if (news.type === 'pong') this.clock.answered(Number(news.id), microseconds(), Number(news.received), Number(news.sent));
  }

  private greeted(news: Record<string, unknown>): void {
    this.isConnected = this.isKnown = true;
    this.hasEnded = false;
    this.attempt = 0;
    // What was missed does not come: whatever comes next begins anew, a buffer behind.
    if (news.recovered !== true) this.newest = null;
    this.isTogether = news.together === true;
    this.epoch = Number(news.epoch);
    if (news.metadata) this.tell(news);
  }

  private tell(news: Record<string, unknown>): void {
    const said = saidFrom(news.metadata);
    if (!said) return;
    this.said = said;
    this.transport = this.isTogether ? transportFrom(news) : null;
    this.heardAt = performance.now();
    this.saidAt = microseconds() - this.clock.delay * 1e6;
  }

  private ended(): void {
    this.hasEnded = true;
    this.newest = null;
  }

  private play(frame: Frame): void {
    const { context } = this;
    if (!context) return;
    const at = this.pacing.place(frame, context.currentTime, this.clock.age(frame.serverTime, microseconds()));
    if (at === null) return;
    this.newest = { epoch: frame.epoch, sequence: frame.sequence };
    this.hasSound = true;
    const channels = channelsOf(frame);
    const buffer = context.createBuffer(channels.length, channels[0]?.length ?? 0, frame.sampleRate);
    channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    source.onended = () => this.sources.delete(source);
    this.sources.add(source);
    source.start(at);
  }

  private hush(): void {
    for (const source of this.sources) source.stop();
    this.sources.clear();
  }

  private soundingTime(context: AudioContext): number {
    return context.currentTime - (context.outputLatency || 0);
  }
}
