import { existsSync, readFileSync } from 'node:fs';
import { declareParameters, ModelError, parameterCount } from 'perceiver-core';
import { describe, expect, it } from 'vitest';
import { multimodalAutoencoder } from './multimodal-autoencoder.js';
import { multimodalConfigFromHub } from './multimodal-config.js';
import { multimodalPerceiverIo } from './presets/multimodal-perceiver-io.js';

describe('the autoencoder of released size', () => {
  it('has the 20.0M parameters of the paper', () => {
    expect(parameterCount(declareParameters(multimodalAutoencoder(multimodalPerceiverIo)))).toBe(19_858_855);
  });

  const manifest = '../shared/manifests/multimodal-perceiver.json';
  const config = manifest.replace('.json', '.config.json');
  it.skipIf(!existsSync(manifest))('has names and shapes of the released checkpoint', () => {
    const { tensors } = JSON.parse(readFileSync(manifest, 'utf8'));
    const released = multimodalConfigFromHub(JSON.parse(readFileSync(config, 'utf8')));
    expect(released).toMatchObject(multimodalPerceiverIo);
    const declared = declareParameters(multimodalAutoencoder(released));
    expect(Object.fromEntries(declared.map(({ name, shape }) => [name, shape]))).toEqual(tensors);
  });
});

it('names what is wrong in a config.json', () => {
  expect(() => multimodalConfigFromHub({ num_latents: 4, output_shape: [16, 224, 224] })).toThrow(ModelError);
});
