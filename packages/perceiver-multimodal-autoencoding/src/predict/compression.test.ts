import { expect, it } from 'vitest';
import { multimodalPerceiverIo } from '../model/presets/multimodal-perceiver-io.js';
import { compressionOf, describeCompression } from './compression.js';

it('is 88, 176 and 352 as in the paper, from the sizes', () => {
  for (const [numLatents, expected] of [
    [784, 88],
    [392, 176],
    [196, 352],
  ] as const) {
    const config = { ...multimodalPerceiverIo, encoder: { ...multimodalPerceiverIo.encoder, numLatents } };
    expect(compressionOf(config, 704).videoRows).toBe(expected);
  }
});

it('says what is compared', () => {
  const compression = compressionOf(multimodalPerceiverIo, 704);
  expect(compression.latentValues).toBe(401_408);
  expect(describeCompression(multimodalPerceiverIo, compression)).toBe(
    "compression 88x: the video's rows of the input array over 784 x 512 latents; 91.4x with sound and label, 6.08x of pixels and samples",
  );
});
