import type { MediaSource } from 'perceiver-ffmpeg';
import { z } from 'zod';

/** Options of commands that read media. */
export const sourceOptions = {
  network: z.boolean().default(false).describe('allow http(s) addresses, and playlists, which name other files'),
};

/** What a word of the command line names: a file, or with `--network` also an address. */
export function mediaSource(word: string, { network }: { network: boolean }): MediaSource {
  return network && /^https?:\/\//i.test(word) ? new URL(word) : word;
}
