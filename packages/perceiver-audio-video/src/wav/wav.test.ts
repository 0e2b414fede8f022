import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { findFfmpeg, MediaFileError, startFfmpeg } from 'perceiver-ffmpeg';
import { describe, expect, it } from 'vitest';
import { generated, hasFfmpeg, makeMedia, temporaryFolder } from '../testing/media.js';
import { chunk, formatChunk, riff } from '../testing/wav-bytes.js';
import { UnsupportedWavError } from './wav-header.js';
import { openWav, readWav } from './wav-reader.js';
import { encodeWav, writeWav } from './write-wav.js';

const folder = temporaryFolder();

/** The numbers of samples stored as these bytes. */
const values = async (bits: number, bytes: number[], format = 1) => [
  ...(await readWav(riff(formatChunk({ bits, format }), chunk('data', Uint8Array.from(bytes))))).data,
];

const bytesOf = (array: Float32Array | Float64Array) => [...new Uint8Array(array.buffer)];
const samples = Uint8Array.of(0, 64, 0, 192); // 0.5 and -0.5 in 16 bits

describe('numbers', () => {
  it('of every width reach from -1 to just below 1', async () => {
    expect(await values(8, [0, 64, 128, 192, 255])).toEqual([-1, -0.5, 0, 0.5, 127 / 128]);
    expect(await values(16, [0, 0x80, 0xff, 0xff, 1, 0, 0xff, 0x7f])).toEqual([
      -1,
      -1 / 32768,
      1 / 32768,
      32767 / 32768,
    ]);
    expect(await values(24, [0, 0, 0x80, 0, 0, 0xc0, 1, 0, 0])).toEqual([-1, -0.5, 2 ** -23]);
    expect(await values(32, [0, 0, 0, 0x80, 0, 0, 0, 0x40, 0, 1, 0, 0])).toEqual([-1, 0.5, 2 ** -23]);
    expect(await values(32, bytesOf(Float32Array.of(0.25, -3)), 3)).toEqual([0.25, -3]);
    expect(await values(64, bytesOf(Float64Array.of(0.1, -1)), 3)).toEqual([Math.fround(0.1), -1]);
  });

  it('are left-justified in a container that is wider', async () => {
    expect(await values(20, [0, 0, 0x40])).toEqual([0.5]);
    const wide = riff(formatChunk({ bits: 24, block: 4 }), chunk('data', Uint8Array.of(0, 0, 0, 0x40)));
    expect([...(await readWav(wide)).data]).toEqual([0.5]);
  });

  it.each([
    ['pcm8', 1 / 256],
    ['pcm16', 1 / 65_536],
    ['pcm24', 2 ** -24],
    ['pcm32', 2 ** -25],
    ['float32', 0],
  ] as const)('written as %s come back', async (encoding, half) => {
    const data = Float32Array.from({ length: 1001 * 3 }, (_, i) => Math.sin(i) * 0.99);
    const clip = await readWav(encodeWav({ sampleRate: 44_100, channels: 3, data }, { encoding }));
    expect(clip).toMatchObject({ sampleRate: 44_100, channels: 3 });
    const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - clip.data[i]!)), 0);
    expect(clip.data.length).toBe(data.length);
    expect(worst).toBeLessThanOrEqual(half);
  });

  it('beyond full scale are clipped in PCM, and kept in floats', async () => {
    const clip = { sampleRate: 8000, channels: 1, data: Float32Array.of(2, -2, Number.NaN) };
    expect([...(await readWav(encodeWav(clip))).data]).toEqual([32_767 / 32_768, -1, 0]);
    expect([...(await readWav(encodeWav(clip, { encoding: 'float32' }))).data]).toEqual([2, -2, Number.NaN]);
  });
});

describe('headers', () => {
  const halves = [0.5, -0.5];
  const read = async (...parts: Uint8Array[]) => [...(await readWav(riff(...parts))).data];
  const list = chunk('LIST', Buffer.from('INFOISFT\0\0\0\0'));

  it('may be extensible', async () => {
    const guid = (format: number) =>
      Buffer.from(`${format.toString(16).padStart(2, '0')}00000000001000800000aa00389b71`, 'hex');
    const extension = (format: number) =>
      Buffer.concat([Buffer.from('16001000', 'hex'), Buffer.from([3, 0, 0, 0]), guid(format)]);
    const data = chunk('data', samples);
    expect(await read(formatChunk({ format: 0xfffe }, extension(1)), data)).toEqual(halves);
    const floats = chunk('data', Buffer.from(Float32Array.of(0.1).buffer));
    expect(await read(formatChunk({ format: 0xfffe, bits: 32 }, extension(3)), floats)).toEqual([Math.fround(0.1)]);
    await expect(read(formatChunk({ format: 0xfffe }, extension(6)), data)).rejects.toThrow(UnsupportedWavError);
    await expect(read(formatChunk({ format: 0xfffe }), data)).rejects.toThrow('got format 65534');
  });

  it.each([
    ['0', 0],
    ['0xFFFFFFFF', 0xffffffff],
    ['longer than the file', 100_000],
    ['near 2 GiB', 0x7ffffffe],
  ])('may say a length of %s', async (_, size) => {
    expect(await read(formatChunk(), chunk('data', samples, size))).toEqual(halves);
  });

  it('may say truly nothing', async () => {
    expect(await read(formatChunk(), chunk('data', new Uint8Array(0)))).toEqual([]);
    expect(await read(formatChunk(), chunk('data', new Uint8Array(0)), list)).toEqual([]);
  });

  it('may have a wrong length of the whole', async () => {
    const bytes = riff(formatChunk(), chunk('data', samples));
    for (const size of [0, 0xffffffff]) {
      bytes.writeUInt32LE(size, 4);
      expect([...(await readWav(bytes)).data]).toEqual(halves);
    }
  });

  it('may stand among other chunks, of odd lengths, padded or not', async () => {
    const odd = chunk('bext', Buffer.from('abc'));
    expect(await read(odd, list, formatChunk(), odd, chunk('data', samples), odd)).toEqual(halves);
    expect(await read(odd.subarray(0, -1), formatChunk(), chunk('data', samples))).toEqual(halves);
  });

  it('may be 64 bits long', async () => {
    const sizes = Buffer.alloc(28);
    sizes.writeBigUInt64LE(4n, 8);
    const bytes = riff(chunk('ds64', sizes), formatChunk(), chunk('data', samples, 0xffffffff), list);
    bytes.write('RF64', 0, 'latin1');
    expect([...(await readWav(bytes)).data]).toEqual(halves);
  });

  it('may be followed by part of a sample, which is left out', async () => {
    expect(await read(formatChunk({ channels: 2 }), chunk('data', Uint8Array.of(0, 64, 0, 192, 0, 64)))).toEqual(
      halves,
    );
  });

  it.each([
    ['no channels', { channels: 0, block: 2 }],
    ['65535 channels', { channels: 65_535, block: 2 }],
    ['no rate', { sampleRate: 0 }],
    ['no bits', { bits: 0 }],
    ['A-law', { format: 6, bits: 8 }],
    ['floats of 16 bits', { format: 3 }],
    ['64-bit integers', { bits: 64 }],
  ])('may not have %s', async (_, fields) => {
    await expect(read(formatChunk(fields), chunk('data', samples))).rejects.toThrow(MediaFileError);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a sound at all, only words')],
    ['no chunks', riff()],
    ['no samples', riff(formatChunk())],
    ['no format', riff(chunk('data', samples))],
    ['half a format', riff(chunk('fmt ', Buffer.alloc(8)), chunk('data', samples))],
  ])('cannot be %s', async (_, bytes) => {
    await expect(readWav(bytes)).rejects.toThrow(MediaFileError);
  });
});

it('reads a part of a file, and only that', async () => {
  const path = join(folder, 'part.wav');
  const data = Float32Array.from({ length: 2000 }, (_, i) => i / 2000);
  await writeWav(path, { sampleRate: 100, channels: 2, data }, { encoding: 'float32' });
  expect((await readWav(path, { start: 10, samples: 3 })).data).toEqual(data.slice(20, 26));
  expect((await readWav(path, { start: 998, samples: 30 })).data).toEqual(data.slice(1996));
  expect((await readWav(path, { start: 5000 })).data.length).toBe(0);
  // Memory that does not start at an even place.
  const shifted = Buffer.concat([Buffer.alloc(1), readFileSync(path)]).subarray(1);
  expect((await readWav(shifted)).data).toEqual(data);
});

it('names the file and what is wrong', async () => {
  writeFileSync(join(folder, 'zero.wav'), '');
  await expect(readWav(join(folder, 'zero.wav'))).rejects.toThrow(/zero\.wav: expected a media file, got 0 bytes/);
  await expect(readWav(folder)).rejects.toThrow('got a directory');
  await expect(readWav(join(folder, 'none.wav'))).rejects.toThrow(/none\.wav: expected a readable file/);
  const path = join(folder, 'shrinks.wav');
  await writeWav(path, { sampleRate: 8000, channels: 1, data: new Float32Array(100) });
  const reader = await openWav(path);
  truncateSync(path, 60);
  await expect(reader.read(0, 100)).rejects.toThrow(/shrinks\.wav: expected 200 more bytes, got 16/);
  await reader.close();
});

it.each([
  [{ sampleRate: 8000, channels: 2, data: new Float32Array(3) }, 'samples of 2 channels'],
  [{ sampleRate: 8000.5, channels: 1, data: new Float32Array(3) }, 'whole sample rate'],
  [{ sampleRate: 8000, channels: 0, data: new Float32Array(0) }, 'samples of 0 channels'],
])('does not write what is no sound: %#', (clip, message) => {
  expect(() => encodeWav(clip)).toThrow(message);
});

describe('whatever the bytes are', () => {
  const holds = async (bytes: Uint8Array) => {
    try {
      const { channels, data } = await readWav(bytes);
      expect(data.length % channels).toBe(0);
      expect(data.length).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      expect(error).toBeInstanceOf(MediaFileError);
    }
  };
  const numRuns = Number(process.env.FUZZ_CASES ?? 500);

  it('reads or fails as it should: random chunks', async () => {
    const part = fc
      .tuple(
        fc.constantFrom('fmt ', 'data', 'LIST', 'ds64', '\0\0\0\0'),
        fc.uint8Array({ maxLength: 50 }),
        fc.option(fc.nat({ max: 0xffffffff }), { nil: undefined }),
      )
      .map(([name, content, size]) => chunk(name, content, size));
    const property = fc.asyncProperty(fc.array(part, { maxLength: 6 }), (parts) => holds(riff(...parts)));
    await fc.assert(property, { numRuns });
  });

  it('reads or fails as it should: a good file with some bytes changed or cut off', async () => {
    const good = encodeWav({ sampleRate: 8000, channels: 2, data: new Float32Array(64) });
    const change = fc.tuple(fc.nat({ max: 79 }), fc.nat({ max: 255 }));
    const property = fc.asyncProperty(
      fc.array(change, { maxLength: 8 }),
      fc.nat({ max: good.length }),
      (changes, length) => {
        const bytes = Uint8Array.from(good);
        for (const [place, value] of changes) bytes[place] = value;
        return holds(bytes.subarray(0, length));
      },
    );
    await fc.assert(property, { numRuns });
  });
});

describe.skipIf(!hasFfmpeg)('beside ffmpeg', () => {
  it.each(['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le'])(
    '%s gives the same numbers',
    async (codec) => {
      const path = makeMedia(
        join(folder, `${codec}.wav`),
        ...generated('sine=duration=0.1:sample_rate=8000'),
        '-ac',
        '2',
        '-c:a',
        codec,
      );
      const chunks: Uint8Array[] = [];
      const args = ['-loglevel', 'error', '-i', `file:${path}`, '-f', 'f32le', 'pipe:1'];
      for await (const bytes of startFfmpeg(args, { name: findFfmpeg() }).output) chunks.push(bytes);
      const bytes = Buffer.concat(chunks);
      const expected = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
      expect((await readWav(path)).data).toEqual(expected);
    },
  );

  it('reads what ffmpeg writes to a pipe, where it cannot know the length', async () => {
    const chunks: Uint8Array[] = [];
    const args = ['-loglevel', 'error', ...generated('sine=duration=0.1:sample_rate=8000'), '-f', 'wav', 'pipe:1'];
    for await (const bytes of startFfmpeg(args, { name: 'sine' }).output) chunks.push(bytes);
    expect((await readWav(Buffer.concat(chunks))).data.length).toBe(800);
  });
});
