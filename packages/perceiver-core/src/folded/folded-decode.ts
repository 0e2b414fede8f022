import * as tf from '@tensorflow/tfjs';
import { jit, linear } from 'tfjs-backend-onnxruntime';
import type { DecodedChunk } from '../chunked/chunked-decode.js';
import { chunkBounds, parametersUnder, type RowSource } from '../chunked/row-source.js';
import { type DecoderConfig, decodeLayerOptions } from '../decoder.js';
import { ModelError } from '../errors.js';
import { norm } from '../layers/dense.js';
import { hubLayerNames as names } from '../layers/layer-names.js';
import { bindParameters } from '../parameters/scope.js';
import { composeLayers, type FoldedAttended, foldAttended, outputsOf } from './fold-attended.js';
import { type FoldPlan, planFolds } from './fold-plan.js';
import { type FoldedScores, foldScores, scoresOf } from './fold-scores.js';
import { gramRoot } from './gram-root.js';

type Tensors = Record<string, tf.Tensor>;

export interface FoldedDecodeOptions {
  /** Output rows at a time; 2,048 by default. Their scores `[B, chunkSize, N]` are in memory. */
  readonly chunkSize?: number;
  /** Channels that are the same in all rows of the query array, `[R]`: they stand behind those that `queries` gives. */
  readonly rest?: tf.Tensor1D;
  /** A linear layer after the decoder's final one: `[outputs, finalChannels]`, `[outputs]`. */
  readonly output?: { readonly weight: tf.Tensor2D; readonly bias: tf.Tensor1D };
  /** What to multiply out; by default the least work. */
  readonly plan?: FoldPlan;
}

/**
 * `chunkedDecode` with fewer multiplications a row: the same numbers to rounding, for inference. The decoder's products do not depend on
 * the row but for what attention and the activation do, so neighbouring ones are multiplied out once for all rows: the query weight with the keys, the
 * values or the MLP's first layer with the product after attention, the MLP's second layer with all linear layers that follow. Layer
 * norms are linear up to a division by the deviation. A query's constant channels, such as padding, cost nothing.
 *
 * @param path the decoder's, such as `perceiver.decoder.decoder`
 * @param queries rows of the query array, without the channels of `rest`
 * @param latents `[B, N, D]`
 * @throws ModelError for a decoder of several heads, with a query residual or without final layer
 */
export async function* foldedDecode(
  parameters: Readonly<Tensors>,
  path: string,
  queries: RowSource,
  latents: tf.Tensor3D,
  config: DecoderConfig,
  options: FoldedDecodeOptions = {},
): AsyncGenerator<DecodedChunk> {
  const { chunkSize = 2048 } = options;
  const { activation = 'gelu' } = config;
  const step = jit(
    (scores: FoldedScores, attended: FoldedAttended, rows: tf.Tensor3D) =>
      outputsOf(attended, tf.softmax(scoresOf(scores, rows)), activation),
    { name: 'foldedDecode step' },
  );
  const folded = await fold(parametersUnder(parameters, path), path, queries, latents, config, options);
  try {
    for (const [start, end] of chunkBounds(queries.length, chunkSize)) {
      const rows = await queries.rows(start, end);
      const decoded = await step(folded.scores, folded.attended, rows);
      rows.dispose();
      yield { start, end, decoded };
    }
  } finally {
    tf.dispose(folded as unknown as tf.TensorContainer);
    await step.dispose();
  }
}

async function fold(
  weights: Tensors,
  path: string,
  queries: RowSource,
  latents: tf.Tensor3D,
  config: DecoderConfig,
  { rest, output, plan }: FoldedDecodeOptions,
): Promise<{ scores: FoldedScores; attended: FoldedAttended }> {
  const layer = `${path}.decoding_cross_attention`;
  const parameter = (name: string): tf.Tensor => {
    const found = weights[name];
    if (found === undefined) throw new ModelError(`foldedDecode: expected a parameter ${name}, got none`);
    return found;
  };
  const queryChannels = parameter(`${layer}.${names.queryNorm}.weight`).size;
  const { numHeads, qkChannels, vChannels = qkChannels } = decodeLayerOptions(config, queryChannels, latents.shape[2]);
  if (numHeads !== 1 || config.useQueryResidual || config.finalChannels === undefined) {
    throw new ModelError('foldedDecode: expected a decoder of one head with a final layer and without query residual');
  }
  const chosen =
    plan ??
    planFolds({
      rows: queries.length,
      numLatents: latents.shape[1],
      rowChannels: queryChannels - (rest?.size ?? 0),
      queryChannels,
      qkChannels,
      vChannels,
      hiddenChannels: (config.wideningFactor ?? 1) * queryChannels,
    });
  const root =
    chosen.attended === 'output * hidden'
      ? await outputRoot(parameter(`${layer}.${names.output}.weight`), parameter(`${layer}.${names.output}.bias`))
      : undefined;
  const folding = jit(
    (
      bound: Tensors,
      given: { latents: tf.Tensor3D; rest?: tf.Tensor1D; output?: FoldedDecodeOptions['output']; root?: tf.Tensor2D },
    ) => {
      const of = (name: string) => ({
        weight: bound[`${name}.weight`] as tf.Tensor2D,
        bias: bound[`${name}.bias`] as tf.Tensor1D,
      });
      const own = (name: string) => of(`${layer}.${name}`);
      const normScale = (name: string) => bound[`${layer}.${name}.weight`] as tf.Tensor1D;
      const normed = norm(bindParameters(bound).at(`${layer}.${names.keyValueNorm}`), given.latents);
      const product = (name: string) => linear(normed, own(name).weight, own(name).bias) as tf.Tensor3D;
      const finalLayer = of(`${path}.final_layer`);
      return {
        scores: foldScores(
          {
            ...own(names.query),
            normScale: normScale(names.queryNorm),
            normOffset: own(names.queryNorm).bias,
            rest: given.rest,
          },
          product(names.key),
          chosen.scores === 'query * keys',
        ),
        attended: foldAttended(
          {
            values: product(names.value),
            output: own(names.output),
            normScale: normScale(names.mlpNorm),
            normOffset: own(names.mlpNorm).bias,
            mlpIn: own(names.mlpIn),
            mlpOut: own(names.mlpOut),
            final: given.output === undefined ? finalLayer : composeLayers(finalLayer, given.output),
            root: given.root,
          },
          chosen.attended,
        ),
      };
    },
    { name: 'foldedDecode fold' },
  );
  try {
    return await folding(weights, { latents, rest, output, root });
  } finally {
    await folding.dispose();
    root?.dispose();
  }
}

/** The root of the product after attention without the mean of what it gives, `[v + 1, v + 1]`. */
async function outputRoot(weight: tf.Tensor, bias: tf.Tensor): Promise<tf.Tensor2D> {
  const [rows, columns] = weight.shape as [number, number];
  const [weights, biases] = [await weight.data(), await bias.data()];
  const width = columns + 1;
  const joined = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) joined[row * width + column] = weights[row * columns + column]!;
    joined[row * width + columns] = biases[row]!;
  }
  for (let column = 0; column < width; column++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += joined[row * width + column]!;
    for (let row = 0; row < rows; row++) joined[row * width + column]! -= sum / rows;
  }
  return tf.tensor2d(Float32Array.from(gramRoot(joined, rows, width)), [width, width]);
}
