/**
 * The one player of the studio. It keeps playing while pages come and go.
 *
 * It drives an Engine. The plain engine is one <audio> element on one track of a song; the mixer hands over
 * its own, sample-locked one with `player.use(engine, song)` and keeps it running after its page is left.
 */

export type PlayingSong = {
  id: string;
  title: string;
  artist: string;
  duration: number;
  /** Address of a small picture, if there is one. */
  picture?: string | null;
};

export interface Engine {
  play(): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  /** Where it plays this very moment: the news come a few times a second only. */
  place(): number;
  /** 0 to 1. */
  setVolume(volume: number): void;
  /** Free everything; the engine is never used again. */
  close(): void;
}

/** What an engine tells the player about itself. */
export type EngineNews = {
  position?: number;
  duration?: number;
  playing?: boolean;
  waiting?: boolean;
  ended?: boolean;
  trouble?: string;
};

export type EngineMaker = (song: PlayingSong, tell: (news: EngineNews) => void) => Engine;

type State = {
  song: PlayingSong | null;
  playing: boolean;
  waiting: boolean;
  position: number;
  duration: number;
  volume: number;
  trouble: string;
  upNext: PlayingSong[];
};

let state = $state<State>({
  song: null,
  playing: false,
  waiting: false,
  position: 0,
  duration: 0,
  volume: 1,
  trouble: '',
  upNext: [],
});
let engine: Engine | null = null;
let makePlainEngine: EngineMaker | null = null;
/** News of an engine that has been replaced is old news. */
let generation = 0;

function hear(from: number, news: EngineNews): void {
  if (from !== generation) return;
  if (news.position !== undefined) state.position = news.position;
  if (news.duration !== undefined) state.duration = news.duration;
  if (news.playing !== undefined) state.playing = news.playing;
  if (news.waiting !== undefined) state.waiting = news.waiting;
  if (news.trouble !== undefined) state.trouble = news.trouble;
  if (news.ended) ended();
}

function ended(): void {
  const next = state.upNext.shift();
  if (next) void player.open(next);
  else state.playing = false;
}

function take(make: EngineMaker, song: PlayingSong): Engine {
  engine?.close();
  const mine = ++generation;
  Object.assign(state, { song, position: 0, duration: song.duration, playing: false, waiting: false, trouble: '' });
  engine = make(song, (news) => hear(mine, news));
  engine.setVolume(state.volume);
  return engine;
}

async function start(): Promise<void> {
  try {
    await engine?.play();
  } catch (trouble) {
    state.playing = false;
    state.trouble = trouble instanceof Error ? trouble.message : String(trouble);
  }
}

export const player = {
  get song() {
    return state.song;
  },
  get playing() {
    return state.playing;
  },
  /** Asked to play, and waiting for sound to arrive. */
  get waiting() {
    return state.waiting;
  },
  get position() {
    return state.position;
  },
  /** The exact place; not for templates, nothing is told when it changes. */
  place: (): number => engine?.place() ?? state.position,
  get duration() {
    return state.duration;
  },
  get volume() {
    return state.volume;
  },
  /** Why it does not play, in words; empty when all is well. */
  get trouble() {
    return state.trouble;
  },
  get upNext(): readonly PlayingSong[] {
    return state.upNext;
  },
  /** Called once by the shell. */
  setPlainEngine(make: EngineMaker) {
    makePlainEngine = make;
  },
  /** Play a song from its start with the plain engine. */
  async open(song: PlayingSong): Promise<void> {
    if (!makePlainEngine) throw new Error('the player has no engine yet');
    take(makePlainEngine, song);
    await start();
  },
  /** Hand the player an engine of your own (the mixer's). It does not start by itself. */
  use(make: EngineMaker, song: PlayingSong): void {
    take(make, song);
  },
  /** True when this song is the one in the player, whichever engine plays it. */
  has: (songId: string) => state.song?.id === songId,
  async toggle(): Promise<void> {
    if (state.playing) engine?.pause();
    else await start();
  },
  play: start,
  pause: () => engine?.pause(),
  seek(seconds: number) {
    const place = Math.min(Math.max(0, seconds), state.duration || seconds);
    state.position = place;
    engine?.seek(place);
  },
  setVolume(volume: number) {
    state.volume = Math.min(1, Math.max(0, volume));
    engine?.setVolume(state.volume);
  },
  playNext(song: PlayingSong) {
    state.upNext.unshift(song);
  },
  /** Stop, and take the player away. */
  close() {
    engine?.close();
    engine = null;
    generation++;
    Object.assign(state, { song: null, playing: false, position: 0, duration: 0, trouble: '' });
  },
};
