import { findFfmpeg } from './find-ffmpeg.js';
import { startFfmpeg } from './start-ffmpeg.js';

/** Encoders, the best first, with their options for pictures that are hard to tell from the source. */
const ENCODERS = [
  { name: 'libx264', options: ['-crf', '16', '-preset', 'medium'] },
  { name: 'libopenh264', options: ['-b:v', '8M'] },
  { name: 'mpeg4', options: ['-q:v', '2'] },
];

const known = new Map<string, Promise<(typeof ENCODERS)[number]>>();

/** The best encoder that this ffmpeg has. */
export function videoEncoder(): Promise<(typeof ENCODERS)[number]> {
  const program = findFfmpeg();
  const encoder = known.get(program) ?? chooseEncoder();
  known.set(program, encoder);
  encoder.catch(() => known.delete(program));
  return encoder;
}

async function chooseEncoder(): Promise<(typeof ENCODERS)[number]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of startFfmpeg(['-encoders'], { name: 'ffmpeg -encoders' }).output) chunks.push(chunk);
  const names = new Set(
    Array.from(
      Buffer.concat(chunks)
        .toString()
        .matchAll(/^ V\S+ (\S+)/gm),
      ([, name]) => name,
    ),
  );
  return ENCODERS.find(({ name }) => names.has(name)) ?? ENCODERS.at(-1)!;
}
