import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFormat } from './image-format.js';
import { readImage } from './read-image.js';
import { resizeWithSharp } from './resize-with-sharp.js';
import { makeTiff } from './testing/make-tiff.js';
import { encodePng } from './write-png.js';

const folder = mkdtempSync(join(tmpdir(), 'image files '));
afterAll(() => rmSync(folder, { recursive: true }));

/** 12 x 8: red grows to the right, green downwards. */
const picture = { width: 12, height: 8, data: new Uint8Array(12 * 8 * 3) };
for (let i = 0; i < 96; i++) picture.data.set([20 * (i % 12), 30 * Math.floor(i / 12), 60], 3 * i);
const raw = () => sharp(picture.data, { raw: { width: 12, height: 8, channels: 3 } });

/** One row of grey or colours, of 8 or 16 bits. */
async function row(values: Uint8Array | Uint16Array, channels: 1 | 2 | 3 | 4, space: string): Promise<Buffer> {
  const width = values.length / channels;
  return sharp(values as Uint8Array, { raw: { width, height: 1, channels } })
    .toColourspace(space)
    .png()
    .toBuffer();
}

const pixelsOf = async (source: Uint8Array) => [...(await readImage(source)).data];
const grey = (values: readonly number[]) => values.flatMap((value) => [value, value, value]);
const files = {} as Record<'JPEG' | 'PNG' | 'WebP' | 'AVIF' | 'GIF' | 'TIFF', Buffer>;

beforeAll(async () => {
  const written: Record<keyof typeof files, (image: Sharp) => Sharp> = {
    JPEG: (image) => image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
    PNG: (image) => image.png(),
    WebP: (image) => image.webp({ lossless: true }),
    AVIF: (image) => image.avif({ lossless: true }),
    GIF: (image) => image.gif(),
    TIFF: (image) => image.tiff({ compression: 'lzw' }),
  };
  for (const name of Object.keys(written) as (keyof typeof files)[]) {
    files[name] = await written[name](raw()).toBuffer();
  }
});

describe('formats', () => {
  it.each(['JPEG', 'PNG', 'WebP', 'AVIF', 'GIF', 'TIFF'] as const)('%s, whatever the name says', async (format) => {
    expect(imageFormat(files[format])).toBe(format);
    const path = join(folder, `${format} picture.txt`);
    writeFileSync(path, files[format]);
    for (const source of [files[format], path, pathToFileURL(path)]) {
      const { width, height, data } = await readImage(source);
      expect([width, height]).toEqual([12, 8]);
      expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
      data.forEach((value, i) => {
        expect(Math.abs(value - picture.data[i]!)).toBeLessThanOrEqual(4);
      });
    }
  });

  it('what it wrote', async () => {
    expect(await readImage(await encodePng(picture))).toEqual(picture);
    await expect(encodePng({ ...picture, width: 3 })).rejects.toThrow('expected 3 x 8 x 3 numbers, got 288');
  });
});

describe('kinds of pixels', () => {
  it('turns pictures as EXIF says, all eight ways', async () => {
    // Where the top left corner of the stored picture ends up: x, y of it in the shown one.
    const corners = [[0, 0], [11, 0], [11, 7], [0, 7], [0, 0], [7, 0], [7, 11], [0, 11]] as const; // biome-ignore format: a row
    for (const [i, [x, y]] of corners.entries()) {
      const turned = await raw()
        .withMetadata({ orientation: i + 1 })
        .png()
        .toBuffer();
      const { width, height, data } = await readImage(turned);
      expect([width, height]).toEqual(i < 4 ? [12, 8] : [8, 12]);
      expect([...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)]).toEqual([0, 0, 60]);
    }
  });

  it('lays transparent pixels on a background, white by default', async () => {
    const see = Uint8Array.of(200, 0, 0, 255, 0, 0, 0, 0, 0, 200, 0, 51);
    const png = await row(see, 4, 'srgb');
    expect(await pixelsOf(png)).toEqual([200, 0, 0, 255, 255, 255, 204, 244, 204]);
    const { data } = await readImage(png, { background: [0, 0, 100] });
    expect([...data]).toEqual([200, 0, 0, 0, 0, 100, 0, 40, 80]);
    expect(await pixelsOf(await row(Uint8Array.of(10, 255, 10, 0), 2, 'b-w'))).toEqual(grey([10, 255]));
  });

  it('reduces 16 bits to 8 without clipping', async () => {
    const bytes = [0, 51, 102, 153, 204, 255];
    const words = bytes.map((byte) => byte * 257);
    expect(await pixelsOf(await row(Uint16Array.from(words), 1, 'grey16'))).toEqual(grey(bytes));
    expect(await pixelsOf(await row(Uint16Array.from(words), 3, 'rgb16'))).toEqual(bytes);
    const tiff = { width: 6, height: 1, bits: 16, channels: 1, values: words } as const;
    expect(await pixelsOf(makeTiff(tiff))).toEqual(grey(bytes));
    expect(await pixelsOf(makeTiff({ ...tiff, width: 2, channels: 3 }))).toEqual(bytes);
    const alpha = Uint16Array.of(65535, 0, 0, 65535, 0, 0, 0, 0);
    expect(await pixelsOf(await row(alpha, 4, 'rgb16'))).toEqual([255, 0, 0, 255, 255, 255]);
  });

  it('makes colours of grey, palettes and CMYK', async () => {
    expect(await pixelsOf(await row(Uint8Array.of(0, 90, 255), 1, 'b-w'))).toEqual(grey([0, 90, 255]));
    const palette = await raw().png({ palette: true, dither: 0 }).toBuffer();
    const { data } = await readImage(palette);
    data.forEach((value, i) => {
      expect(Math.abs(value - picture.data[i]!)).toBeLessThanOrEqual(12);
    });
    const flat = { width: 8, height: 8, channels: 3, background: { r: 180, g: 60, b: 70 } } as const;
    const cmyk = await sharp({ create: flat }).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const printed = (await readImage(cmyk)).data;
    expect(printed.length).toBe(192);
    [180, 60, 70].forEach((value, i) => {
      expect(Math.abs(printed[i]! - value)).toBeLessThan(40);
    });
  });

  it('refuses measurements, which have no black and white', async () => {
    const measured = makeTiff({ width: 2, height: 1, bits: 32, channels: 1, float: true, values: [0, 3000] });
    await expect(readImage(measured)).rejects.toThrow('expected 8 or 16 bits a colour, got numbers of type float');
  });

  it('takes the first frame of an animation, however many there are', async () => {
    const frames = 200;
    const data = new Uint8Array(4 * 4 * frames * 3).map((_, i) => (i < 48 ? 250 : i % 200));
    const gif = await sharp(data, { raw: { width: 4, height: 4 * frames, channels: 3, pageHeight: 4 } })
      .gif()
      .toBuffer();
    const first = await readImage(gif, { maxPixels: 16 });
    expect([first.width, first.height, first.data[0]]).toEqual([4, 4, 250]);
  });
});

describe('what is no picture', () => {
  it.each(['JPEG', 'PNG', 'WebP', 'AVIF', 'GIF', 'TIFF'] as const)('a truncated %s', async (format) => {
    const noisy = sharp(
      new Uint8Array(64 * 64 * 3).map((_, i) => (i * i * 7919) >> 5),
      {
        raw: { width: 64, height: 64, channels: 3 },
      },
    );
    const whole = await noisy.toFormat(format.toLowerCase() as 'png').toBuffer();
    await expect(readImage(whole)).resolves.toMatchObject({ width: 64 });
    const path = join(folder, `cut.${format}`);
    for (const share of [0.1, 0.5, 0.9]) {
      writeFileSync(path, whole.subarray(0, Math.floor(share * whole.length)));
      await expect(readImage(path)).rejects.toThrow(new RegExp(`cut\\.${format}: expected a (whole|JPEG)`));
    }
  });

  it('text, nothing, and kinds that are not read', async () => {
    const named = (name: string, contents: string) => {
      writeFileSync(join(folder, name), contents);
      return readImage(join(folder, name));
    };
    await expect(named('text.jpg', 'not a picture')).rejects.toThrow(
      'text.jpg: expected a JPEG, PNG, WebP, AVIF, GIF or TIFF image, got a file that begins with 6e 6f 74 20',
    );
    await expect(named('empty.png', '')).rejects.toThrow(/empty\.png: .* got an empty file/);
    await expect(
      named('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ).rejects.toThrow('3c 73 76 67');
    await expect(named('photo.heic', '\0\0\0\x18ftypheic\0\0\0\0heicmif1')).rejects.toThrow('got a file that begins');
    await expect(readImage(new Uint8Array(0))).rejects.toThrow('image of 0 bytes: expected');
  });

  it('headers that promise more than memory holds', async () => {
    const png = Buffer.from(files.PNG);
    png.writeUInt32BE(100_000, 16);
    png.writeUInt32BE(100_000, 20);
    const before = process.memoryUsage().rss;
    await expect(readImage(png)).rejects.toThrow(/expected a whole PNG image of at most 100000000 pixels/);
    // 65,000 x 65,000, in a file of 35 bytes.
    const gif = Buffer.from('474946383961e8fde8fd800000000000ffffff2c00000000e8fde8fd0002024401003b', 'hex');
    await expect(readImage(gif)).rejects.toThrow(/expected a whole GIF image of at most 100000000 pixels/);
    const tiff = makeTiff({ width: 1 << 20, height: 1 << 20, bits: 8, channels: 1, values: [1] });
    await expect(readImage(tiff)).rejects.toThrow(/expected a whole TIFF image of at most/);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
    await expect(readImage(files.PNG, { maxPixels: 95 })).rejects.toThrow('at most 95 pixels');
  });

  it('folders, pipes, devices, missing and large files', async () => {
    await expect(readImage(folder)).rejects.toThrow('expected an image file, got a directory');
    await expect(readImage(join(folder, 'none.png'))).rejects.toThrow(/none\.png: expected a readable file: ENOENT/);
    writeFileSync(join(folder, 'large.png'), files.PNG);
    await expect(readImage(join(folder, 'large.png'), { maxBytes: 20 })).rejects.toThrow(
      'expected at most 20 bytes, got',
    );
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'pipe.png')]);
    await expect(readImage(join(folder, 'pipe.png'))).rejects.toThrow('pipe.png: expected an image file, got a pipe');
    await expect(readImage('/dev/zero')).rejects.toThrow('/dev/zero: expected an image file, got a device or socket');
  });

  it('files with flipped bytes are read or refused, nothing else', async () => {
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    for (const bytes of Object.values(files)) {
      for (let round = 0; round < 40; round++) {
        const broken = Buffer.from(bytes);
        for (let flips = 1 + random(4); flips > 0; flips--) broken[random(broken.length)] = random(256);
        const result = await readImage(broken, { maxPixels: 1e6 }).catch((error: Error) => error.name);
        if (typeof result === 'string') expect(result).toBe('ImageFileError');
        else expect(result.data.length).toBe(result.width * result.height * 3);
      }
    }
  });
});

describe('a part of a picture', () => {
  /** The part of what the whole file gives. */
  async function cut(source: Uint8Array, { left, top, width, height } = part) {
    const whole = await readImage(source);
    const rows = Array.from({ length: height }, (_, y) => {
      const start = ((top + y) * whole.width + left) * 3;
      return [...whole.data.subarray(start, start + 3 * width)];
    });
    return rows.flat();
  }
  const part = { left: 2, top: 1, width: 5, height: 6 };

  it('is what the whole has there, also of turned pictures and of formats without parts', async () => {
    const sources = [...Object.values(files)];
    for (let orientation = 2; orientation <= 8; orientation++) {
      sources.push(await raw().withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer());
    }
    for (const source of sources) {
      const seen: unknown[] = [];
      const image = await readImage(source, {
        part: (whole) => {
          seen.push({ ...whole });
          return part;
        },
      });
      const { width, height } = await readImage(source);
      expect(seen).toEqual([{ width, height }]);
      expect([image.width, image.height]).toEqual([5, 6]);
      expect([...image.data]).toEqual(await cut(source));
    }
  });

  it('is stretched as in two steps', async () => {
    const [width, height] = [3, 4];
    const once = await readImage(files.PNG, { part: () => part, size: { width, height } });
    const twice = await resizeWithSharp(await readImage(files.PNG, { part: () => part }), width, height);
    expect({ ...once, data: [...once.data] }).toEqual({ ...twice, data: [...twice.data] });
  });

  it('must lie in the picture', async () => {
    await expect(readImage(files.PNG, { part: () => ({ ...part, left: 8 }) })).rejects.toThrow(
      'expected a part within 12 x 8, got 5 x 6 at 8, 1',
    );
  });
});
