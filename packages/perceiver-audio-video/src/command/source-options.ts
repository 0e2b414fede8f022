import { z } from 'zod';

/** Options of commands that read media. */
export const sourceOptions = {
  network: z.boolean().default(false).describe('allow http(s) addresses, and playlists, which name other files'),
};
