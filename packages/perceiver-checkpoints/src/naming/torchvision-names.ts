import type { TensorInfo } from '../checkpoint-reader.js';
import { CheckpointFormatError } from '../errors.js';
import type { ModelConfig } from '../load/read-config.js';
import { bareName } from './bare-name.js';
import type { StoredTensor } from './renamed-reader.js';

/** What the names and shapes of a torchvision state dict say: the model that has them, as a `config.json` would. */
export interface TorchvisionModel {
  readonly config: ModelConfig;
  /** Where its tensors lie, by torchvision's present names. */
  readonly stored: ReadonlyMap<string, StoredTensor>;
}

/** Names in ViTs that torchvision saved before 0.13. */
const OLDER: readonly (readonly [RegExp, string])[] = [
  [/\.mlp\.linear_1\./, '.mlp.0.'],
  [/\.mlp\.linear_2\./, '.mlp.3.'],
];

/** Channels of each head in the ViTs of torchvision, but for H/14. */
const HEAD_CHANNELS = 64;
const HUGE = { channels: 1280, heads: 16 };

type Shapes = ReadonlyMap<string, TensorInfo>;

/**
 * Recognises a ResNet of bottleneck blocks or a Vision Transformer by torchvision's names, whatever wrappers put before them. What the
 * shapes do not say, the heads of a ViT, is that of torchvision's models.
 *
 * @throws CheckpointFormatError where the names are torchvision's and the shapes are not
 */
export function recognizeTorchvision(tensors: Shapes): TorchvisionModel | undefined {
  const names = new Map([...tensors.keys()].map((name) => [presentName(name), name]));
  const shapeOf = (name: string): readonly number[] | undefined => tensors.get(names.get(name) ?? '')?.shape;
  const file = tensors.values().next().value?.file ?? '';
  const config = resNetConfig(names, shapeOf, file) ?? viTConfig(names, shapeOf, file);
  if (config === undefined) return undefined;
  return { config, stored: new Map([...names].map(([name, stored]) => [name, { name: stored }])) };
}

function presentName(name: string): string {
  const bare = bareName(name);
  const older = OLDER.find(([pattern]) => pattern.test(bare));
  return older === undefined ? bare : bare.replace(older[0], older[1]);
}

type ShapeOf = (name: string) => readonly number[] | undefined;
type Names = ReadonlyMap<string, string>;

/** A shape with as many axes as it must have. */
function axes(file: string, shapeOf: ShapeOf, name: string, count: number): readonly number[] {
  const shape = shapeOf(name);
  if (shape?.length === count) return shape;
  const got = shape === undefined ? 'none' : `[${shape}]`;
  throw new CheckpointFormatError(file, `${name}: expected ${count} axes as in torchvision's models, got ${got}`);
}

function resNetConfig(names: Names, shapeOf: ShapeOf, file: string): ModelConfig | undefined {
  const marks = ['conv1.weight', 'bn1.running_var', 'layer1.0.conv3.weight', 'fc.weight'];
  if (!marks.every((name) => names.has(name))) return undefined;
  const [stem, channels] = axes(file, shapeOf, 'conv1.weight', 4);
  const blocks: number[] = [];
  const planes: number[] = [];
  for (let stage = 1; names.has(`layer${stage}.0.conv1.weight`); stage++) {
    let count = 0;
    while (names.has(`layer${stage}.${count}.conv1.weight`)) count++;
    blocks.push(count);
    planes.push(axes(file, shapeOf, `layer${stage}.0.conv1.weight`, 4)[0]!);
  }
  return {
    model_type: 'torchvision-resnet',
    in_channels: channels!,
    stem_channels: stem!,
    blocks,
    planes,
    num_classes: axes(file, shapeOf, 'fc.weight', 2)[0]!,
  };
}

function viTConfig(names: Names, shapeOf: ShapeOf, file: string): ModelConfig | undefined {
  const marks = ['class_token', 'conv_proj.weight', 'encoder.pos_embedding', 'heads.head.weight'];
  if (!marks.every((name) => names.has(name))) return undefined;
  const [hidden, channels, patch] = axes(file, shapeOf, 'conv_proj.weight', 4);
  const [, tokens] = axes(file, shapeOf, 'encoder.pos_embedding', 3);
  const side = Math.sqrt(tokens! - 1);
  if (!Number.isInteger(side)) {
    const rule = `encoder.pos_embedding: expected a class token and a square of patches, got ${tokens} positions`;
    throw new CheckpointFormatError(file, rule);
  }
  let layers = 0;
  while (names.has(`encoder.layers.encoder_layer_${layers}.ln_1.weight`)) layers++;
  const mlp = layers === 0 ? 0 : axes(file, shapeOf, 'encoder.layers.encoder_layer_0.mlp.0.weight', 2)[0]!;
  const representation = shapeOf('heads.pre_logits.weight')?.[0];
  return {
    model_type: 'torchvision-vit',
    in_channels: channels!,
    image_size: side * patch!,
    patch_size: patch!,
    hidden_dim: hidden!,
    num_layers: layers,
    num_heads: hidden === HUGE.channels ? HUGE.heads : Math.max(1, Math.floor(hidden! / HEAD_CHANNELS)),
    mlp_dim: mlp,
    num_classes: axes(file, shapeOf, 'heads.head.weight', 2)[0]!,
    ...(representation === undefined ? {} : { representation_size: representation }),
  };
}
