/** The simplest way to hear a song: one <audio> element on its original recording, with byte ranges from the server. */
import { addressOfAudio } from '../api/songs';
import { tap } from '../player/audio/tap';
import type { Engine, EngineMaker, EngineNews, PlayingSong } from './player.svelte';

function listen(audio: HTMLAudioElement, tell: (news: EngineNews) => void): void {
  audio.addEventListener('timeupdate', () => tell({ position: audio.currentTime }));
  audio.addEventListener('durationchange', () => {
    if (Number.isFinite(audio.duration)) tell({ duration: audio.duration });
  });
  audio.addEventListener('playing', () => tell({ playing: true, waiting: false, trouble: '' }));
  audio.addEventListener('waiting', () => tell({ waiting: true }));
  audio.addEventListener('pause', () => tell({ playing: false }));
  audio.addEventListener('ended', () => tell({ playing: false, ended: true }));
  audio.addEventListener('error', () => {
    if (audio.src) tell({ playing: false, waiting: false, trouble: audio.error?.message || 'unplayable' });
  });
}

export const plainEngine: EngineMaker = (song: PlayingSong, tell): Engine => {
  const audio = new Audio(addressOfAudio(song.id, 'original'));
  audio.preload = 'auto';
  listen(audio, tell);
  tap.offer(audio);
  return {
    play: () => audio.play(),
    pause: () => audio.pause(),
    seek: (seconds) => (audio.currentTime = seconds),
    place: () => audio.currentTime,
    setVolume: (volume) => (audio.volume = volume),
    close() {
      tap.withdraw(audio);
      audio.pause();
      audio.removeAttribute('src');
      audio.load();
    },
  };
};
