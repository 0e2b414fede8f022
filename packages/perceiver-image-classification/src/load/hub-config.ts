import { hubEncoderFields, ModelError, parseHubConfig } from 'perceiver-core';
import type { ImageClassifierConfig } from '../model/image-classifier.js';
import type { ImageInput, PlainPixels } from '../model/image-input.js';

/** Inputs that Hugging Face's classes have. */
type HubInput = Exclude<ImageInput, PlainPixels>;
type HubModel = ImageClassifierConfig & { readonly input: HubInput };

/** Hugging Face's classes for each kind of input. */
const ARCHITECTURES: Readonly<Record<HubInput['kind'], string>> = {
  learned: 'PerceiverForImageClassificationLearned',
  fourier: 'PerceiverForImageClassificationFourier',
  conv: 'PerceiverForImageClassificationConvProcessing',
};

/** Whether a `config.json` is that of one of Hugging Face's classes. */
export function isHubJson(json: unknown): boolean {
  const { architectures } = (json ?? {}) as { architectures?: unknown };
  return Array.isArray(architectures) && Object.values(ARCHITECTURES).includes(architectures[0]);
}

/**
 * The configuration of a released image classifier from its `config.json`. What Hugging Face's classes have in their code stands in the
 * defaults; a file may say otherwise in `num_bands`, `max_resolution`, `conv_out_channels`, `project_pos_dim`, `conv_padding` and
 * `decoder_query_residual`.
 *
 * @throws ModelError
 */
export function imageClassifierConfigFromHub(json: unknown): ImageClassifierConfig {
  const { encoder, numLabels, numberIn, numbersIn } = parseHubConfig(json);
  const fields = json as Record<string, unknown>;
  const [architecture] = Array.isArray(fields.architectures) ? fields.architectures : [];
  const kind = Object.entries(ARCHITECTURES).find(([, name]) => name === architecture)?.[0] as HubInput['kind'];
  if (kind === undefined) {
    const expected = Object.values(ARCHITECTURES).join(', ');
    throw new ModelError(
      `config.json: expected architectures to name one of ${expected}, got ${JSON.stringify(architecture)}`,
    );
  }
  const fourier = (resolution: number) => ({
    numBands: numberIn('num_bands', 64),
    maxResolution: numbersIn('max_resolution', 2, [resolution, resolution]) as readonly [number, number],
  });
  const inputOf: Record<HubInput['kind'], () => HubInput> = {
    fourier: () => ({ kind: 'fourier', ...fourier(224) }),
    learned: () => ({
      kind: 'learned',
      channels: numberIn('conv_out_channels', 256),
      projectedChannels: numberIn('project_pos_dim', 256),
    }),
    conv: () => ({
      kind: 'conv',
      channels: numberIn('conv_out_channels', 64),
      ...fourier(56),
      padding: paddingIn(fields.conv_padding),
    }),
  };
  // Only the learned positions depend on `image_size`; the other files have 56 there, the size of video.
  const side = kind === 'learned' ? numberIn('image_size', 224) : undefined;
  const imageSize = side === undefined ? numbersIn('input_size', 2, [224, 224]) : [side, side];
  const model = { input: inputOf[kind](), imageSize: imageSize as [number, number], encoder, numLabels };
  return residualIn(fields.decoder_query_residual) ? model : { ...model, head: WITHOUT_RESIDUAL };
}

/** The head of DeepMind's own model with learned positions. */
const WITHOUT_RESIDUAL = { kind: 'query', useQueryResidual: false } as const;

function residualIn(value: unknown = true): boolean {
  if (typeof value === 'boolean') return value;
  throw new ModelError(`config.json: expected true or false in decoder_query_residual, got ${JSON.stringify(value)}`);
}

function paddingIn(value: unknown = 'port'): 'port' | 'same' {
  if (value === 'port' || value === 'same') return value;
  throw new ModelError(`config.json: expected conv_padding "port" or "same", got ${JSON.stringify(value)}`);
}

/** Whether Hugging Face's classes have such a model; if so `hubFields` says it. */
export function isHubModel(config: ImageClassifierConfig): config is HubModel {
  const { encoder, head = { kind: 'query' }, colours = 3, input, imageSize, permutation } = config;
  const usual: Partial<typeof encoder> = encoder;
  return (
    head.kind === 'query' &&
    Object.keys(head).every((key) => key === 'kind' || key === 'useQueryResidual') &&
    colours === 3 &&
    permutation === undefined &&
    input.kind !== 'pixels' &&
    (input.kind !== 'fourier' || (input.patch ?? 1) * (input.stride ?? 1) === 1) &&
    (input.kind !== 'learned' || imageSize[0] === imageSize[1]) &&
    [usual.numCrossAttends, usual.sharing, usual.firstCrossAttendShared, usual.firstBlockShared].every(
      (x) => x === undefined,
    ) &&
    [usual.crossAttentionQkChannels, usual.crossAttentionVChannels, usual.latentStd].every((x) => x === undefined)
  );
}

/** Fields of a `config.json` that Hugging Face's class reads too, where the constants are those of its code. */
export function hubFields(
  { input, imageSize, encoder, numLabels, head }: HubModel,
  labels?: readonly string[],
): object {
  const { useQueryResidual: residual = true } = head?.kind === 'query' ? head : {};
  return {
    ...hubEncoderFields(encoder),
    architectures: [ARCHITECTURES[input.kind]],
    ...(input.kind === 'learned'
      ? { image_size: imageSize[0], conv_out_channels: input.channels, project_pos_dim: input.projectedChannels }
      : { input_size: imageSize, num_bands: input.numBands, max_resolution: input.maxResolution }),
    ...(input.kind === 'conv' ? { conv_out_channels: input.channels, conv_padding: input.padding ?? 'port' } : {}),
    ...(residual ? {} : { decoder_query_residual: false }),
    id2label: Object.fromEntries(Array.from({ length: numLabels }, (_, i) => [i, labels?.[i] ?? `LABEL_${i}`])),
  };
}
