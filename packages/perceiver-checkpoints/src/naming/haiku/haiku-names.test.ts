import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../byte-source.js';
import { readNumpyPickle } from '../../numpy/read-numpy.js';
import {
  type HaikuParameter,
  haikuBatchNormState,
  haikuConvolution,
  haikuFlowParameters,
  haikuImageParameters,
  haikuLanguageParameters,
  haikuLearnedPositions,
  haikuMultimodalParameters,
} from '../../testing/haiku-parameters.js';
import { writeHaikuPickle } from '../../testing/haiku-pickle.js';
import { nameTensors } from '../name-tensors.js';

const image = {
  latents: 512,
  latentChannels: 1024,
  selfAttends: 6,
  inputChannels: 261,
  queryChannels: 1024,
};
const RELEASED: {
  readonly name: string;
  readonly bytes: number;
  readonly params: HaikuParameter[];
  readonly state?: HaikuParameter[];
  /** Whether the outer dict is Haiku's. */
  readonly isMapping?: boolean;
}[] = [
  {
    name: 'language-perceiver',
    bytes: 804_479_532,
    isMapping: true,
    params: haikuLanguageParameters(
      {
        latents: 256,
        latentChannels: 1280,
        selfAttends: 26,
        inputChannels: 768,
        queryChannels: 768,
        qkChannels: 256,
        vChannels: 1280,
        decoderQkChannels: 256,
        decoderVChannels: 768,
      },
      262,
      2048,
    ),
  },
  {
    name: 'optical-flow-perceiver',
    bytes: 164_271_840,
    params: haikuFlowParameters(
      { latents: 2048, latentChannels: 512, selfAttends: 24, inputChannels: 322, queryChannels: 322 },
      54,
      64,
    ),
  },
  {
    name: 'multimodal-perceiver',
    bytes: 79_453_357,
    params: haikuMultimodalParameters(
      { latents: 784, latentChannels: 512, selfAttends: 8, inputChannels: 704, queryChannels: 1026 },
      512,
      { input: [401, 243, 700], query: [385, 195, 1024], output: [16, 3, 700] },
    ),
  },
  {
    name: 'vision-perceiver-conv',
    bytes: 194_601_878,
    params: [...haikuImageParameters({ ...image, inputChannels: 322 }, 1000), ...haikuConvolution(64)],
    state: haikuBatchNormState(64),
  },
  {
    name: 'vision-perceiver-fourier',
    bytes: 193_776_248,
    params: haikuImageParameters(image, 1000),
    state: [],
  },
  {
    name: 'vision-perceiver-learned',
    bytes: 249_037_713,
    params: [...haikuImageParameters({ ...image, inputChannels: 512 }, 1000), ...haikuLearnedPositions(224 * 224, 256)],
    state: [],
  },
];

/** What DeepMind's models compute otherwise than Hugging Face's class, whose config.json does not say. */
const BEYOND_THE_PORT: Readonly<Record<string, object>> = {
  'vision-perceiver-conv': { conv_padding: 'same' },
  'vision-perceiver-learned': { decoder_query_residual: false },
};

describe.each(RELEASED)('$name', ({ name, bytes, params, state, isMapping = false }) => {
  const own = { parameters: params, isMapping };
  const tree = state === undefined ? own : { params: own, state: { parameters: state, isMapping: true } };

  it('has, with these names and shapes, the size of the file that DeepMind released, to the byte', () => {
    expect(writeHaikuPickle(tree)).toBe(bytes);
  });

  const manifest = `../shared/manifests/${name}.json`;
  it.skipIf(!existsSync(manifest))('is mapped to every name and shape of the checkpoint on the hub', async () => {
    // The pickle's own bytes, and holes in place of the data.
    const parts: { part: Uint8Array; position: number }[] = [];
    let position = 0;
    const size = writeHaikuPickle(tree, (part) => {
      if (typeof part !== 'number') parts.push({ part, position });
      position += typeof part === 'number' ? part : part.byteLength;
    });
    const starts = parts.map((part) => part.position);
    const reader = await readNumpyPickle({
      name: 'sparse',
      size,
      close: async () => {},
      async read(target, at) {
        let index = starts.findLastIndex((start) => start <= at);
        for (; index < parts.length && starts[index]! < at + target.length; index++) {
          const { part, position } = parts[index]!;
          const from = Math.max(0, at - position);
          if (from < part.length) target.set(part.subarray(from, at + target.length - position), position + from - at);
        }
      },
    });
    const { origin, weights, configFor } = nameTensors(reader);
    expect(origin).toBe('haiku');
    const { tensors, config } = JSON.parse(readFileSync(manifest, 'utf8'));
    const shapes = Object.fromEntries([...weights.tensors].map(([tensor, { shape }]) => [tensor, shape]));
    expect(shapes).toEqual(tensors);
    const released = configFor(undefined)!;
    for (const [field, value] of Object.entries(released)) {
      if (field === 'hidden_act') expect(value).toBe('gelu-tanh');
      else if (field === 'num_labels') expect(Object.keys(config.id2label)).toHaveLength(value as number);
      else if (field in config) expect([field, config[field]]).toEqual([field, value]);
    }
    const beyondThePort = Object.entries(released).filter(([field]) => field !== 'num_labels' && !(field in config));
    expect(Object.fromEntries(beyondThePort)).toEqual(BEYOND_THE_PORT[name] ?? {});
    expect(configFor({ d_latents: 3 })).toMatchObject({ d_latents: 3, hidden_act: 'gelu-tanh' });
  });
});

describe('a small model with data', () => {
  const sizes = { latents: 3, latentChannels: 4, selfAttends: 2, inputChannels: 6, queryChannels: 5 };
  const params = haikuFlowParameters(sizes, 7, 2);
  const values = (name: string, length: number) =>
    Float32Array.from({ length }, (_, i) => name.length + i / 16 + (name.charCodeAt(name.length - 3) % 7));
  const parts: Uint8Array[] = [];
  writeHaikuPickle(
    { parameters: params, isMapping: true },
    (part) => parts.push(part as Uint8Array),
    (name, byteLength) => new Uint8Array(values(name, byteLength / 4).buffer),
  );
  const pickle = new Uint8Array(Buffer.concat(parts));

  it('gives linear maps as [out, in], everything else as stored', async () => {
    const { weights } = nameTensors(await readNumpyPickle(bytesSource(pickle)));
    const module = 'perceiver_encoder/~/self_attention_1/attention/linear_2/w';
    const name = 'perceiver.encoder.self_attends.1.attention.self.value.weight';
    const stored = values(module, 16);
    const { data, shape } = await weights.read(name);
    expect(shape).toEqual([4, 4]);
    for (let o = 0; o < 4; o++) for (let i = 0; i < 4; i++) expect(data[4 * o + i]).toBe(stored[4 * i + o]);
    const into = new Float32Array(16);
    await weights.readInto(name, into);
    expect(into).toEqual(data);
    expect(weights.tensors.get(name)).toMatchObject({ strides: [1, 4], byteLength: 64 });
    const patches = await weights.read('perceiver.input_preprocessor.conv_after_patches.weight');
    expect(patches.shape).toEqual([2, 7]);
    const queries = await weights.read('perceiver.embeddings.latents');
    expect(queries.data).toEqual(values('perceiver_encoder/~/trainable_position_encoding/pos_embs', 12));
  });

  it('is refused when cut at any byte, by an error that names the place', async () => {
    for (let length = 0; length < pickle.length; length += 37) {
      await expect(readNumpyPickle(bytesSource(pickle.subarray(0, length)))).rejects.toThrow(/truncated/);
    }
  });
});
