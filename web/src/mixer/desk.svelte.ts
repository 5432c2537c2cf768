/**
 * The desk: which song is on it, how it is mixed, and where it plays. It outlives its page, so music goes on while
 * people browse; pages read it and turn its knobs.
 */
import { factsOf, songOf, stemsOf, type SongOnDesk, type StemFile } from '../api/playback';
import type { Sound } from '../player/audio/sound';
import { player, type EngineMaker } from '../shell/player.svelte';
import { ticksOf, type Pulse, type TimeSpan } from './beats';
import { factsFrom, type SongFacts } from './facts';
import { sharedFrom, LINK_KEYS } from './link';
import { flatMix, mixFrom, withSpeed, withStrip, type Mix, type StripState } from './mix';
import { openSound, soundIsNotWanted, soundIsWanted } from './open_sound';
import { remembered, remember } from './memory';

type State = {
  song: SongOnDesk | null;
  stems: StemFile[];
  facts: SongFacts;
  mix: Mix;
  loop: TimeSpan | null;
  snap: boolean;
  metronome: { on: boolean; pulse: Pulse; level: number };
  /** Bars counted in before playing. */
  countIn: 0 | 1 | 2;
  status: 'empty' | 'loading' | 'ready' | 'failed';
  trouble: string;
  /** Stems that could not be played, and why. */
  broken: Record<string, string>;
  isRendered: boolean;
};

let state = $state.raw<State>({
  song: null,
  stems: [],
  facts: factsFrom(null),
  mix: flatMix([]),
  loop: null,
  snap: true,
  metronome: { on: false, pulse: 'whole', level: 0.7 },
  countIn: 0,
  status: 'empty',
  trouble: '',
  broken: {},
  isRendered: false,
});
let sound: Sound | null = null;
let generation = 0;
let resting: ReturnType<typeof setTimeout> | undefined;
const REST_MS = 400;

function set(change: Partial<State>): void {
  state = { ...state, ...change };
}

function applyAll(): void {
  sound?.setMix(state.mix);
  sound?.setLoop(state.loop);
  applyTicks();
}

function applyTicks(): void {
  const { metronome, facts } = state;
  sound?.setTicks(metronome.on ? ticksOf(facts.beats, metronome.pulse, sound.sampleRate) : [], metronome.level);
}

function keep(): void {
  const { song, mix, loop, snap, metronome } = state;
  if (song) remember(song.id, { mix, loop, snap, metronome, position: player.position });
}

/** A moving fader is kept once it rests. */
function keepSoon(): void {
  clearTimeout(resting);
  resting = setTimeout(keep, REST_MS);
}

/** The engine the shell's player drives. */
const deskEngine: EngineMaker = (song, tell) => {
  const mine = generation;
  let asked = 0;
  const wanted = { songId: song.id, stems: state.stems, duration: state.song?.duration ?? 0, start: () => asked };
  const opened = openSound(wanted, {
    tell,
    broken: (stem, reason) => set({ broken: { ...state.broken, [stem]: reason.message } }),
  });
  const ready = opened.then((made) => {
    if (mine !== generation) return made;
    sound = made.sound;
    set({ isRendered: made.isRendered });
    applyAll();
    made.sound.seek(asked);
    return made;
  });
  ready.catch((trouble: unknown) => tell({ playing: false, waiting: false, trouble: trouble instanceof Error ? trouble.message : String(trouble) }));
  return {
    play: async () => {
      tell({ waiting: true, trouble: '' });
      await (await ready).sound.play(countInOf());
    },
    pause: () => sound?.pause(),
    seek: (seconds) => {
      asked = seconds;
      sound?.seek(seconds);
    },
    place: () => sound?.position() ?? asked,
    setVolume: (volume) => void ready.then((made) => made.sound.setVolume(volume), () => undefined),
    close: () => {
      keep();
      void opened.then((made) => made.sound.close(), () => undefined);
      if (mine === generation) sound = null;
    },
  };
};

function countInOf(): { beats: number; interval: number; accentEvery: number } | undefined {
  const { facts, countIn } = state;
  if (countIn === 0 || !facts.bpm || !sound) return undefined;
  const perBar = Number.parseInt(facts.timeSignature, 10) || 4;
  return { beats: countIn * perBar, interval: (60 / facts.bpm) * sound.sampleRate, accentEvery: perBar };
}

async function load(id: string, query: URLSearchParams): Promise<void> {
  const mine = ++generation;
  const named = stemsOf(id);
  soundIsWanted(named);
  set({ status: 'loading', trouble: '', broken: {}, song: null, stems: [], loop: null, facts: factsFrom(null) });
  try {
    const [song, stems, facts] = await Promise.all([songOf(id), named, factsOf(id, 0)]);
    if (mine !== generation) return;
    set({ song: { ...song, duration: facts.duration || song.duration }, stems, facts, status: 'ready' });
    take(layOut(id, query));
  } catch (trouble) {
    if (mine !== generation) return;
    soundIsNotWanted();
    set({ status: 'failed', trouble: trouble instanceof Error ? trouble.message : String(trouble) });
  }
}

/** The mix a link asks for, else the one this device remembers. Answers where to begin. */
function layOut(id: string, query: URLSearchParams): number {
  const names = state.stems.map((stem) => stem.name);
  const kept = remembered(id);
  set({ snap: kept?.snap ?? true, metronome: kept?.metronome ?? state.metronome });
  if (LINK_KEYS.some((key) => query.has(key))) {
    const { mix, loop, start } = sharedFrom(query, names, state.facts.bars);
    set({ mix, loop });
    return start;
  }
  set({ mix: mixFrom(kept?.mix, names), loop: kept?.loop ?? null });
  return kept?.position ?? 0;
}

/** Put the song into the player, going on where it was if the player already had it. */
function take(start: number): void {
  const { song } = state;
  if (!song) return;
  const goesOn = player.has(song.id);
  const [place, wasPlaying] = goesOn ? [player.position, player.playing] : [start, false];
  player.use(deskEngine, song);
  if (place > 0) player.seek(place);
  if (wasPlaying) void player.play();
}

export const desk = {
  get now(): State {
    return state;
  },
  /** The exact place, for drawing: read it every frame. */
  place: (): number => (sound && player.has(state.song?.id ?? '') ? sound.position() : player.position),
  /** How this song is mixed, where the desk is what plays it. */
  mixOf: (songId: string): Mix | null => (sound && state.song?.id === songId && player.has(songId) ? state.mix : null),
  level: (stem?: string): number => sound?.level(stem) ?? 0,
  open: (id: string, query: URLSearchParams): Promise<void> =>
    state.song?.id === id && player.has(id) && state.status === 'ready' && sound !== null ? Promise.resolve() : load(id, query),
  setMix(mix: Mix): void {
    set({ mix });
    sound?.setMix(mix);
    keepSoon();
  },
  strip: (stem: string, change: Partial<StripState>): void => desk.setMix(withStrip(state.mix, stem, change)),
  speed: (change: { tempo?: number; pitch?: number }): void => desk.setMix(withSpeed(state.mix, change)),
  setLoop(loop: TimeSpan | null): void {
    set({ loop });
    sound?.setLoop(loop);
    keepSoon();
  },
  setSnap: (snap: boolean): void => set({ snap }),
  setMetronome(change: Partial<State['metronome']>): void {
    set({ metronome: { ...state.metronome, ...change } });
    applyTicks();
    keepSoon();
  },
  setCountIn: (countIn: 0 | 1 | 2): void => set({ countIn }),
  setFacts(facts: SongFacts): void {
    set({ facts });
    applyTicks();
  },
  reset: (): void => desk.setMix(flatMix(state.stems.map((stem) => stem.name))),
  keep,
};
