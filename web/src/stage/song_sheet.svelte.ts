/** What the stage shows of a song: its words, its chords, its video; fetched once they can be had. */
import { roomChords, roomVideo, roomWords } from '../api/rooms';
import type { TimedChord } from '../chords/lane';
import { NO_WORDS, type Words } from '../lyrics/document';

export class SongSheet {
  words = $state.raw<Words>(NO_WORDS);
  chords = $state.raw<readonly TimedChord[]>([]);
  /** Address of the video that the song came with; empty when there is none. */
  video = $state('');
  private songId = '';
  private isWhole = false;

  constructor(private readonly code: string) {}

  /** Called again when the line to the room stands again: what could not be fetched is. */
  async turnTo(songId: string): Promise<void> {
    if (songId !== this.songId) {
      [this.songId, this.isWhole] = [songId, false];
      [this.words, this.chords, this.video] = [NO_WORDS, [], ''];
    }
    if (songId === '' || this.isWhole) return;
    const asked = [roomWords(this.code, songId), roomChords(this.code, songId), roomVideo(this.code, songId)] as const;
    const [words, chords, video] = await Promise.allSettled(asked);
    if (songId !== this.songId) return;
    if (words.status === 'fulfilled') this.words = words.value ?? NO_WORDS;
    if (chords.status === 'fulfilled') this.chords = chords.value;
    if (video.status === 'fulfilled') this.video = video.value;
    this.isWhole = words.status === 'fulfilled' && video.status === 'fulfilled';
  }
}
