import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { FlowError } from '../flow-error.js';
import type { FlowField } from '../flow-field.js';
import { decodeFlo, encodeFlo } from './flo-file.js';
import { readFlow, writeFlow } from './flow-files.js';
import { decodeKittiPng, encodeKittiPng } from './kitti-png.js';
import { decodeNetpbm, encodeNetpbm, rgbOfNetpbm } from './netpbm-file.js';
import { decodePfm, encodePfm } from './pfm-file.js';
import { readFrame } from './read-frame.js';

const folder = mkdtempSync(join(tmpdir(), 'flow-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const side = fc.integer({ min: 1, max: 9 });
/** Flow in 64ths of a pixel, which all formats hold exactly. */
const flowFields = fc
  .tuple(side, side, fc.boolean())
  .chain(([width, height, masked]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      steps: fc.array(fc.integer({ min: -32_768, max: 32_767 }), {
        minLength: width * height * 2,
        maxLength: width * height * 2,
      }),
      valid: fc.array(masked ? fc.integer({ min: 0, max: 1 }) : fc.constant(1), {
        minLength: width * height,
        maxLength: width * height,
      }),
    }),
  )
  .map(
    ({ width, height, steps, valid }): FlowField => ({
      width,
      height,
      data: Float32Array.from(steps, (step, i) => (valid[i >> 1] === 0 ? 0 : step / 64)),
      valid: Uint8Array.from(valid),
    }),
  );

/** A mask of ones is no mask. */
const plain = ({ width, height, data, valid }: FlowField) => ({
  width,
  height,
  data: [...data],
  valid: [...(valid ?? new Uint8Array(width * height).fill(1))],
});

describe('flow files', () => {
  it.each(['.flo', '.pfm', '.png'])('%s gives back what was written', async (extension) => {
    const path = join(folder, `round${extension}`);
    await fc.assert(
      fc.asyncProperty(flowFields, async (flow) => {
        await writeFlow(path, flow);
        expect(plain(await readFlow(path))).toEqual(plain(flow));
      }),
      { numRuns: 30 },
    );
  });

  it('have the bytes that the formats say', () => {
    const flow = { width: 2, height: 1, data: Float32Array.of(1.5, -2, 0, 4) };
    const flo = Buffer.from(encodeFlo(flow));
    expect(flo.readFloatLE(0)).toBe(202021.25);
    expect([flo.readInt32LE(4), flo.readInt32LE(8), flo.readFloatLE(12), flo.readFloatLE(24)]).toEqual([2, 1, 1.5, 4]);
    const pfm = encodePfm({ width: 1, height: 2, channels: 1, data: Float32Array.of(7, 8) });
    expect(Buffer.from(pfm).toString('latin1', 0, 12)).toBe('Pf\n1 2\n-1.0\n');
    expect(Buffer.from(pfm).readFloatLE(12)).toBe(8);
    const bigEndian = Buffer.concat([Buffer.from('Pf 1 1 2.5\n'), Buffer.from([0x40, 0x49, 0x0f, 0xdb])]);
    expect(decodePfm(bigEndian).data[0]).toBeCloseTo(Math.PI, 6);
  });

  it('take unknown flow as invalid', () => {
    const flow = decodeFlo(encodeFlo({ width: 2, height: 1, data: Float32Array.of(Number.NaN, 1, 2, 3) }));
    expect(plain(flow)).toEqual({ width: 2, height: 1, data: [0, 0, 2, 3], valid: [0, 1] });
    const infinite = encodePfm({
      width: 1,
      height: 1,
      channels: 3,
      data: Float32Array.of(1, Number.POSITIVE_INFINITY, 0),
    });
    const path = join(folder, 'infinite.pfm');
    writeFileSync(path, infinite);
    return expect(readFlow(path)).resolves.toMatchObject({ valid: Uint8Array.of(0) });
  });

  it('refuse what a format cannot hold', async () => {
    const far = { width: 2, height: 1, data: Float32Array.of(0, 0, 0, 512) };
    await expect(encodeKittiPng(far)).rejects.toThrow('got 512 at 1, 0; write .flo or .pfm');
    await expect(encodeKittiPng({ ...far, data: far.data.fill(Number.NaN) })).rejects.toThrow(FlowError);
    await expect(writeFlow(join(folder, 'flow.txt'), far)).rejects.toThrow('expected the extension .flo, .pfm, .png');
    await expect(writeFlow(join(folder, 'a.flo'), { ...far, height: 2 })).rejects.toThrow('expected 2 x 2 x 2 numbers');
  });

  it('name file and rule when they are broken', async () => {
    const good = Buffer.from(encodeFlo({ width: 3, height: 2, data: new Float32Array(12) }));
    const huge = Buffer.from(good);
    huge.writeInt32LE(2_000_000_000, 4);
    const negative = Buffer.from(good);
    negative.writeInt32LE(-3, 8);
    const cases: [Uint8Array, RegExp][] = [
      [good.subarray(0, 40), /broken\.flo: expected 60 bytes for 3 x 2, got 40/],
      [good.subarray(0, 7), /expected the tag PIEH and a size, got "PIEH" in 7 bytes/],
      [huge, /expected sides from 1 to 100000, got 2000000000 x 2/],
      [negative, /got 3 x -3/],
      [Buffer.from('not flow at all'), /expected flow as \.flo .* got "not "/],
      [Buffer.alloc(0), /got ""/],
      [Buffer.from('PF\n9 9\n-1.0\nabc'), /expected 984 bytes for 9 x 9 x 3, got 15/],
      [Buffer.from('PF\n9 999999999999\n-1.0\n'), /expected a height from 1 to 100000/],
      [Buffer.from('Pf\n1 1\n-1.0\nabcd'), /expected flow in a PF file of three channels/],
      [Buffer.from('PF\n1 1\n0\nabcdabcdabcd'), /expected a scale other than 0/],
      [
        await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
        /three 16-bit channels, got png of 3 channels, uchar/,
      ],
    ];
    const path = join(folder, 'broken.flo');
    for (const [bytes, message] of cases) {
      writeFileSync(path, bytes);
      await expect(readFlow(path)).rejects.toThrow(FlowError);
      await expect(readFlow(path)).rejects.toThrow(message);
    }
    await expect(readFlow(folder)).rejects.toThrow('expected a file, got a directory');
    await expect(readFlow(join(folder, 'none.flo'))).rejects.toThrow(/none\.flo: expected a readable file/);
  });
});

describe('pictures', () => {
  it('keep their values as PGM and PPM', () => {
    fc.assert(
      fc.property(
        side,
        side,
        fc.constantFrom(1, 3) as fc.Arbitrary<1 | 3>,
        fc.integer({ min: 1, max: 65_535 }),
        (width, height, channels, maxValue) => {
          const values = Array.from({ length: width * height * channels }, (_, i) => (i * 7919) % (maxValue + 1));
          const data = maxValue > 255 ? Uint16Array.from(values) : Uint8Array.from(values);
          const image = { width, height, channels, maxValue, data };
          const read = decodeNetpbm(encodeNetpbm(image));
          expect({ ...read, data: [...read.data] }).toEqual({ ...image, data: values });
        },
      ),
    );
  });

  it('are read as frames, gray and of 16 bits too', async () => {
    const gray = encodeNetpbm({
      width: 2,
      height: 1,
      channels: 1,
      maxValue: 65_535,
      data: Uint16Array.of(65_535, 257 * 7),
    });
    expect([...(await readFrame(gray)).data]).toEqual([255, 255, 255, 7, 7, 7]);
    const path = join(folder, 'frame.ppm');
    writeFileSync(
      path,
      Buffer.concat([Buffer.from('P6 # a comment\n1 2\n# more\n255\n'), Buffer.from([1, 2, 3, 4, 5, 6])]),
    );
    const frame = await readFrame(path);
    expect([frame.width, frame.height, ...frame.data]).toEqual([1, 2, 1, 2, 3, 4, 5, 6]);
    expect([
      ...rgbOfNetpbm({ width: 1, height: 1, channels: 3, maxValue: 15, data: Uint8Array.of(0, 15, 5) }).data,
    ]).toEqual([0, 255, 85]);
  });
});

describe('broken bytes', () => {
  /** Whole files with a part cut off, and bytes changed at random. */
  const damaged = (file: Uint8Array): fc.Arbitrary<Uint8Array> =>
    fc
      .record({
        length: fc.nat(file.length + 8),
        changes: fc.array(fc.tuple(fc.nat(Math.min(file.length - 1, 40)), fc.integer({ min: 0, max: 255 })), {
          maxLength: 6,
        }),
      })
      .map(({ length, changes }) => {
        const bytes = new Uint8Array(length);
        bytes.set(file.subarray(0, length));
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        return bytes;
      });
  const flow: FlowField = { width: 4, height: 3, data: Float32Array.from({ length: 24 }, (_, i) => i / 4) };
  const netpbm = encodeNetpbm({ width: 4, height: 3, channels: 3, maxValue: 255, data: new Uint8Array(36) });
  const pfm = encodePfm({ width: 2, height: 2, channels: 3, data: new Float32Array(12) });

  /** Numbers of at most the file's own size, or a typed error. */
  const readsOrRefuses = (read: () => { data: ArrayLike<number> }, size: number): void => {
    try {
      expect(read().data.length).toBeLessThanOrEqual(size);
    } catch (error) {
      expect(error).toBeInstanceOf(FlowError);
    }
  };

  it.each([
    ['.flo', encodeFlo(flow), decodeFlo],
    ['.pfm', pfm, decodePfm],
    ['PPM', netpbm, decodeNetpbm],
  ] as const)('give an error of their own or a picture: %s', (_, file, decode) => {
    fc.assert(
      fc.property(fc.oneof(damaged(file), fc.uint8Array({ maxLength: 80 })), (bytes) => {
        readsOrRefuses(() => decode(bytes), bytes.length);
      }),
      { numRuns: 500 },
    );
  });

  it('give an error of their own or a picture: flow PNG', async () => {
    const file = await encodeKittiPng(flow);
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged(file), fc.uint8Array({ maxLength: 80 })), async (bytes) => {
        const result = await decodeKittiPng(bytes).catch((error) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(FlowError);
        else expect(result.data.length).toBe(result.width * result.height * 2);
      }),
      { numRuns: 100 },
    );
  });

  it('do not make anyone allocate what a PNG header promises', async () => {
    const png = Buffer.from(await encodeKittiPng(flow));
    png.writeUInt32BE(100_000, 16);
    png.writeUInt32BE(100_000, 20);
    await expect(decodeKittiPng(png, 'bomb.png')).rejects.toThrow(/bomb\.png: expected a whole PNG/);
  });
});

const data = '../shared/data/flow';

describe.skipIf(!existsSync(data))('real files', () => {
  it('of KITTI keep all 16 bits', async () => {
    const bytes = readFileSync(join(data, 'kitti/flow_gt.png'));
    const flow = await decodeKittiPng(bytes);
    expect([flow.width, flow.height]).toEqual([1242, 375]);
    const known = flow.valid!.reduce((sum, value) => sum + value, 0);
    expect(known / flow.valid!.length).toBeCloseTo(0.162, 3);
    // Values between the steps of 8 bits would be whole numbers of pixels times 4 only.
    expect(flow.data.some((value) => (value * 64) % 256 !== 0)).toBe(true);
    const again = await decodeKittiPng(await encodeKittiPng(flow));
    expect(Buffer.compare(Buffer.from(again.data.buffer), Buffer.from(flow.data.buffer))).toBe(0);
    expect(Buffer.compare(again.valid!, flow.valid!)).toBe(0);
  });

  it('of Sintel and FlyingChairs are written back byte for byte', () => {
    for (const name of ['sintel-alley_1-clean/frame_0001.flo', 'flyingchairs/0000001-gt.flo']) {
      const bytes = readFileSync(join(data, name));
      expect(Buffer.compare(Buffer.from(encodeFlo(decodeFlo(bytes))), bytes)).toBe(0);
    }
    const frame = readFileSync(join(data, 'flyingchairs/0000001-img0.ppm'));
    expect(decodeNetpbm(frame)).toMatchObject({ width: 512, height: 384, channels: 3, maxValue: 255 });
  });
});
