import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { centreCrop, fitImage, normalizeImage } from 'perceiver-image-classification';
import type { ParityAdapter } from '../adapter.js';
import { type ParityRow, relativeDifference, rowCollector } from '../compare.js';
import type { HostTensor } from '../fixture.js';

interface Case {
  readonly height: number;
  readonly width: number;
  readonly size: { readonly height: number; readonly width: number };
  readonly crop_size: { readonly height: number; readonly width: number };
  readonly do_center_crop: boolean;
}

/** `[H, W, 3]` flat to `[3, H, W]` flat. */
function channelsFirst(values: Float32Array, height: number, width: number): Float32Array {
  const moved = new Float32Array(values.length);
  const points = height * width;
  for (let i = 0; i < points; i++) for (let c = 0; c < 3; c++) moved[c * points + i] = values[3 * i + c]!;
  return moved;
}

/** Hugging Face's `PerceiverImageProcessor` on Pillow, bit for bit (PARITY, section 5). */
export const imageProcessorAdapter: ParityAdapter = {
  recognises: (fixture) => fixture.name === 'image_processor' && fixture.has('cases.json'),
  check: async (fixture): Promise<ParityRow[]> => {
    const { cases } = JSON.parse(readFileSync(join(fixture.path, 'cases.json'), 'utf8')) as {
      cases: Record<string, Case>;
    };
    const inputs = await fixture.read('inputs.safetensors');
    const expected = await fixture.read('outputs.safetensors');
    const collector = rowCollector();
    const add = (step: string, name: string, shape: readonly number[], values: ArrayLike<number>) => {
      const key = `${name}.${step}`;
      const actual: HostTensor = { shape, values: Float32Array.from(values) };
      collector.add(step, key, relativeDifference(actual, expected[key]!), 0);
    };
    for (const [name, { height, width, size, crop_size, do_center_crop }] of Object.entries(cases)) {
      const image = { height, width, data: Uint8Array.from(inputs[`${name}.rgb`]!.values) };
      const cropSize = do_center_crop ? ([crop_size.height, crop_size.width] as const) : (false as const);
      const cropped = expected[`${name}.cropped`];
      if (cropped !== undefined) {
        const [rows, columns] = cropped.shape as [number, number];
        add('cropped', name, cropped.shape, centreCrop(image, columns, rows).data);
      }
      const resized = await fitImage(image, { size: [size.height, size.width], cropSize });
      add('resized', name, [size.height, size.width, 3], resized.data);
      const numbers = channelsFirst(normalizeImage(resized), size.height, size.width);
      add('pixel_values', name, [3, size.height, size.width], numbers);
    }
    return collector.rows();
  },
};
