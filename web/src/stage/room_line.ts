/** The line to a room: its news in, questions for the time out, dialled again whenever it is cut. */
export type News = Record<string, unknown>;

export interface Listener {
  opened(): void;
  /** The line is gone: for good when there is no such room, else it is being dialled again. */
  cut(isMissing: boolean): void;
  heard(news: News): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** The first questions come fast, to learn the server's clock; later ones only show that the line still stands. */
const FIRST_QUESTIONS = 4;
const BETWEEN_FIRST_MS = 400;
const BETWEEN_MS = 15_000;
/** A network that is gone says nothing: an answer this late counts as a cut. */
const PATIENCE_MS = 8_000;
const UNKNOWN_ROOM = 4404;

type Timer = ReturnType<typeof setTimeout> | undefined;

export class RoomLine {
  private socket: WebSocket | null = null;
  private pause = FIRST_PAUSE_MS;
  private asked = 0;
  private redial: Timer;
  private question: Timer;
  private doubt: Timer;

  constructor(
    private readonly dial: () => WebSocket,
    private readonly listener: Listener,
  ) {
    this.connect();
  }

  close(): void {
    this.hangUp();
  }

  /** The browser knows that the network is gone. */
  lost(): void {
    if (this.socket) this.ended(false);
  }

  /** The network is back: nothing more to wait for. */
  found(): void {
    if (this.redial === undefined) return;
    this.pause = FIRST_PAUSE_MS;
    this.connect();
  }

  private connect(): void {
    this.hangUp();
    const socket = (this.socket = this.dial());
    this.mustAnswer();
    socket.onopen = () => {
      this.pause = FIRST_PAUSE_MS;
      this.asked = 0;
      this.listener.opened();
      this.ask();
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      clearTimeout(this.doubt);
      this.listener.heard(JSON.parse(data) as News);
    };
    socket.onclose = ({ code }) => this.ended(code === UNKNOWN_ROOM);
  }

  private ask(): void {
    this.socket?.send(JSON.stringify({ type: 'ping', id: Date.now() / 1000 }));
    this.mustAnswer();
    this.question = setTimeout(() => this.ask(), ++this.asked < FIRST_QUESTIONS ? BETWEEN_FIRST_MS : BETWEEN_MS);
  }

  private mustAnswer(): void {
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => this.ended(false), PATIENCE_MS);
  }

  private ended(isMissing: boolean): void {
    this.hangUp();
    if (!isMissing) {
      this.redial = setTimeout(() => this.connect(), this.pause);
      this.pause = Math.min(LONGEST_PAUSE_MS, this.pause * 2);
    }
    this.listener.cut(isMissing);
  }

  private hangUp(): void {
    [this.redial, this.question, this.doubt].forEach(clearTimeout);
    this.redial = undefined;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
