/** A song as the player wants it. */
import { addressOfPicture, secondsOf } from '../api/songs';
import type { Song } from '../api/types';
import type { PlayingSong } from '../shell/player.svelte';

export function playing(song: Song): PlayingSong {
  return { id: song.id, title: song.title, artist: song.artist, duration: secondsOf(song), picture: addressOfPicture(song) };
}
