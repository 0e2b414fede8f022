import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointFormatError } from '../errors.js';
import { loadPretrained } from '../load/load-pretrained.js';
import { writeSafetensors } from '../safetensors/write-safetensors.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'torchvision-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function open(shapes: Record<string, number[]>, config?: object) {
  const path = join(directory, 'weights.safetensors');
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return [name, { dtype: 'F32' as const, shape, data: new Float32Array(size).fill(name.length) }] as const;
  });
  await writeSafetensors(path, new Map(tensors));
  if (config !== undefined) await writeFile(join(directory, 'config.json'), JSON.stringify(config));
  return loadPretrained(path);
}

const resNet = (prefix = '') =>
  Object.fromEntries(
    Object.entries({
      'conv1.weight': [8, 3, 7, 7],
      'bn1.running_var': [8],
      'layer1.0.conv1.weight': [4, 8, 1, 1],
      'layer1.0.conv3.weight': [16, 4, 1, 1],
      'layer1.1.conv1.weight': [4, 16, 1, 1],
      'layer2.0.conv1.weight': [6, 16, 1, 1],
      'fc.weight': [5, 24],
    }).map(([name, shape]) => [prefix + name, shape]),
  );
const viT = (hidden = 128) => ({
  class_token: [1, 1, hidden],
  'conv_proj.weight': [hidden, 3, 4, 4],
  'encoder.pos_embedding': [1, 10, hidden],
  'encoder.layers.encoder_layer_0.ln_1.weight': [hidden],
  'encoder.layers.encoder_layer_0.mlp.linear_1.weight': [12, hidden],
  'encoder.layers.encoder_layer_0.mlp.linear_2.weight': [hidden, 12],
  'heads.head.weight': [7, hidden],
});

describe("torchvision's names", () => {
  it.each(['', 'module.', 'model.module.'])('of a ResNet behind %j say its sizes', async (prefix) => {
    const { config, weights, origin } = await open(resNet(prefix));
    expect(origin).toBe('torchvision');
    expect(config).toEqual({
      model_type: 'torchvision-resnet',
      in_channels: 3,
      stem_channels: 8,
      blocks: [2, 1],
      planes: [4, 6],
      num_classes: 5,
    });
    expect([...weights.tensors.keys()].sort()).toEqual(Object.keys(resNet()).sort());
    expect((await weights.read('fc.weight')).data[0]).toBe(`${prefix}fc.weight`.length);
    await weights.close();
  });

  it('of an older ViT become the present ones', async () => {
    const { config, weights } = await open(viT());
    expect(config).toMatchObject({ image_size: 12, patch_size: 4, hidden_dim: 128, num_layers: 1, num_heads: 2 });
    expect(config).toMatchObject({ mlp_dim: 12, num_classes: 7 });
    const stored = 'encoder.layers.encoder_layer_0.mlp.linear_2.weight';
    const read = await weights.read('encoder.layers.encoder_layer_0.mlp.3.weight');
    expect([read.shape, read.data[0]]).toEqual([[128, 12], stored.length]);
    expect(weights.tensors.has(stored)).toBe(false);
    await weights.close();
  });

  it('count more than an unrelated config.json; one of the same kind says what shapes do not', async () => {
    const unrelated = await open(viT(), { model_type: 'bert', num_heads: 3 });
    expect(unrelated.config).toMatchObject({ model_type: 'torchvision-vit', num_heads: 2 });
    await unrelated.weights.close();
    const own = await open(viT(), { model_type: 'torchvision-vit', num_heads: 4 });
    expect(own.config).toMatchObject({ num_heads: 4, hidden_dim: 128 });
    await own.weights.close();
  });

  it('with shapes that cannot be are refused', async () => {
    const flat = { ...resNet(), 'conv1.weight': [8, 3] };
    await expect(open(flat)).rejects.toThrow(CheckpointFormatError);
    await expect(open({ ...viT(), 'encoder.pos_embedding': [1, 12, 128] })).rejects.toThrow('a square of patches');
  });
});
