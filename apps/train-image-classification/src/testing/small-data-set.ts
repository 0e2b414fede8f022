import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIDE = 12;

/** A folder in MNIST's format: a bright square at one of four places, on noise. For tests. */
export function writeSmallDataSet(folder: string, { train = 160, test = 40 } = {}): string {
  mkdirSync(folder, { recursive: true });
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
  for (const [prefix, count] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const images = new Uint8Array(16 + count * SIDE * SIDE);
    const labels = new Uint8Array(8 + count);
    const headers = [new DataView(images.buffer), new DataView(labels.buffer)] as const;
    [0x803, count, SIDE, SIDE].forEach((value, i) => {
      headers[0].setUint32(4 * i, value);
    });
    [0x801, count].forEach((value, i) => {
      headers[1].setUint32(4 * i, value);
    });
    for (let i = 0; i < count; i++) {
      const label = i % 4;
      labels[8 + i] = label;
      const [top, left] = [label < 2 ? 1 : 7, label % 2 === 0 ? 1 : 7];
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) {
          const inside = y >= top && y < top + 4 && x >= left && x < left + 4;
          images[16 + (i * SIDE + y) * SIDE + x] = (inside ? 160 : 0) + Math.floor(90 * random());
        }
      }
    }
    writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), images);
    writeFileSync(join(folder, `${prefix}-labels-idx1-ubyte`), labels);
  }
  writeFileSync(join(folder, 'classes.txt'), 'top left\ntop right\nbottom left\nbottom right\n');
  return folder;
}
