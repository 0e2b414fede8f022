import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPretrained } from '../load/load-pretrained.js';
import { openCheckpoint } from '../load/open-checkpoint.js';
import { haikuConvolution, haikuImageParameters } from '../testing/haiku-parameters.js';
import { writeHaikuPickle } from '../testing/haiku-pickle.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'names-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe("the perceiver-io package's names", () => {
  it('become those of the Hugging Face format; the hyper-parameters are the configuration', async () => {
    const { config, weights, origin } = await loadPretrained(testdata('perceiver-io.ckpt'));
    expect(origin).toBe('perceiver-io');
    expect([...weights.tensors.keys()]).toEqual([
      'perceiver.embeddings.latents',
      'perceiver.encoder.cross_attention.attention.self.layernorm1.weight',
      'perceiver.encoder.self_attends.3.mlp.dense2.bias',
      'perceiver.decoder.decoder.decoding_cross_attention.attention.output.dense.bias',
    ]);
    expect(config).toEqual({
      encoder: { num_cross_attention_heads: 2, image_shape: [4, 4, 1] },
      decoder: { num_classes: 3, freeze: false },
      num_latents: 2,
      num_latent_channels: 4,
    });
    const stored = await openCheckpoint(testdata('perceiver-io.ckpt'));
    expect((await weights.read('perceiver.embeddings.latents')).data).toEqual(
      (await stored.read('model.0.latent_provider._query')).data,
    );
    await weights.close();
    await stored.close();
  });
});

describe("DeepMind's own files", () => {
  const sizes = { latents: 2, latentChannels: 4, selfAttends: 1, inputChannels: 6, queryChannels: 4 };
  const write = async (path: string) => {
    const parts: Uint8Array[] = [];
    const params = { parameters: [...haikuImageParameters(sizes, 3), ...haikuConvolution(2)], isMapping: true };
    writeHaikuPickle(
      { params, state: { parameters: [], isMapping: true } },
      (part) => parts.push(part as Uint8Array),
      (_, byteLength) => new Uint8Array(byteLength),
    );
    await writeFile(path, Buffer.concat(parts));
  };

  it('have the released configuration where none is given, and what their code computes otherwise in either', async () => {
    const path = join(directory, 'imagenet_conv_preprocessing.pystate');
    await write(path);
    const alone = await loadPretrained(path);
    expect(alone).toMatchObject({
      origin: 'haiku',
      config: { d_latents: 1024, num_blocks: 8, hidden_act: 'gelu-tanh', conv_padding: 'same' },
    });
    expect(alone.weights.tensors.get('perceiver.input_preprocessor.convnet.conv.weight')!.shape).toEqual([2, 3, 7, 7]);
    await alone.weights.close();

    await writeFile(join(directory, 'config.json'), '{"d_latents":4,"hidden_act":"gelu"}');
    const beside = await loadPretrained(directory);
    expect(beside.config).toEqual({ d_latents: 4, hidden_act: 'gelu-tanh', conv_padding: 'same' });
    await beside.weights.close();

    await copyFile(join(directory, 'config.json'), join(directory, 'other.json'));
    await writeFile(join(directory, 'other.json'), '{"d_latents":5}');
    const given = await loadPretrained(path, { config: join(directory, 'other.json') });
    expect(given.config).toMatchObject({ d_latents: 5 });
    await given.weights.close();
    await expect(loadPretrained(path, { config: join(directory, 'none.json') })).rejects.toThrow(/none\.json/);
  });
});

it('the names of Hugging Face stay as they are', async () => {
  const { weights, origin, config } = await loadPretrained(testdata('tensors.pt'));
  expect([origin, config]).toEqual(['hugging-face', undefined]);
  expect(weights.tensors.has('f32')).toBe(true);
  await weights.close();
});
