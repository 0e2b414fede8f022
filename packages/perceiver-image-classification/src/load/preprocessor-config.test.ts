import { readFileSync } from 'node:fs';
import { ModelError } from 'perceiver-core';
import { expect, it } from 'vitest';
import { processImage } from '../preprocess/image-processor.js';
import { parsePreprocessorConfig } from './preprocessor-config.js';

interface Case {
  readonly name: string;
  readonly config: Record<string, unknown>;
  readonly bits: readonly number[];
}

const file = new URL('../testdata/processor-cases.json', import.meta.url);
const { picture, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  picture: { height: number; width: number; data: number[] };
  cases: Case[];
};

it.each(cases)("gives transformers' numbers bit for bit: $name", async ({ config, bits }) => {
  const values = await processImage(
    { ...picture, data: Uint8Array.from(picture.data) },
    parsePreprocessorConfig(config),
  );
  expect(values).toEqual(new Float32Array(Int32Array.from(bits).buffer));
});

it("has the class's defaults, which are those of a processor without any options", async () => {
  const image = { ...picture, data: Uint8Array.from(picture.data) };
  const options = parsePreprocessorConfig({ image_processor_type: 'PerceiverFeatureExtractor', unheard_of: [1] });
  expect(await processImage(image, options)).toEqual(await processImage(image));
  expect(options.cropSize).toBeUndefined();
  expect(options).toMatchObject({ size: [224, 224], filter: 'bicubic', rescaleFactor: 1 / 255 });
});

it('says what is wrong, and where', () => {
  const refused = (json: unknown, message: string) => {
    expect(() => parsePreprocessorConfig(json, 'dir/preprocessor_config.json')).toThrow(ModelError);
    expect(() => parsePreprocessorConfig(json, 'dir/preprocessor_config.json')).toThrow(
      `dir/preprocessor_config.json: expected ${message}`,
    );
  };
  refused([], 'an object, got []');
  refused({ image_processor_type: 'CLIPImageProcessor' }, 'PerceiverImageProcessor or PerceiverImageProcessorFast or');
  refused(
    { size: { shortest_edge: 224 } },
    'height and width as whole numbers from 1 to 4096 in size, got {"shortest_edge":224}',
  );
  refused({ crop_size: [256, 0] }, 'height and width as whole numbers from 1 to 4096 in crop_size, got [256,0]');
  refused({ size: 1e9 }, 'height and width as whole numbers from 1 to 4096 in size, got 1000000000');
  refused({ do_resize: 'yes' }, 'true or false in do_resize, got "yes"');
  refused(
    { resample: 7 },
    '0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic), 4 (box), 5 (hamming) in resample, got 7',
  );
  refused({ resample: 'bicubic' }, '0 (nearest), 1 (lanczos)');
  refused({ rescale_factor: '1/255' }, 'a number in rescale_factor, got "1/255"');
  refused({ image_mean: [0.5] }, 'a number, or one for each of 3 colours, in image_mean, got [0.5]');
  refused({ image_std: [1, 0, 1] }, 'deviations other than 0 in image_std, got [1,0,1]');
});
