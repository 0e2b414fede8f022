import * as tf from '@tensorflow/tfjs';
import { jit, linear } from 'tfjs-backend-onnxruntime';
import { type DecoderConfig, decodeLayerOptions } from '../decoder.js';
import { ModelError } from '../errors.js';
import { norm } from '../layers/dense.js';
import { hubLayerNames as names } from '../layers/layer-names.js';
import { bindParameters } from '../parameters/scope.js';
import { composeLayers, type FoldedAttended, foldAttended } from './fold-attended.js';
import { type FoldPlan, planFolds } from './fold-plan.js';
import { type FoldedScores, foldScores } from './fold-scores.js';
import { gramRoot } from './gram-root.js';

type Tensors = Record<string, tf.Tensor>;

/** A linear layer after the decoder's final one: `[outputs, finalChannels]`, `[outputs]`. */
export interface OutputLayer {
  readonly weight: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
}

/** What a call folds. */
interface Folding {
  /** Query rows of all chunks together. */
  readonly rows: number;
  /** Channels that all query rows share, `[R]`. */
  readonly rest?: tf.Tensor1D;
  /** `[B, N, D]` */
  readonly latents: tf.Tensor3D;
  readonly output?: OutputLayer;
}

/** Makes what a decoder's rows are multiplied with. */
export interface DecoderFolder {
  /** The caller disposes all tensors. */
  fold(weights: Tensors, folding: Folding): Promise<{ scores: FoldedScores; attended: FoldedAttended }>;
  dispose(): Promise<void>;
}

/** Whether a decoder's products can be multiplied out. */
export const isFoldable = ({ numHeads = 1, useQueryResidual, finalChannels }: DecoderConfig): boolean =>
  numHeads === 1 && !useQueryResidual && finalChannels !== undefined;

/** Multiplies a decoder's neighbouring products out, as a plan says or as is least work. */
export function decoderFolder(path: string, config: DecoderConfig, plan?: FoldPlan): DecoderFolder {
  const layer = `${path}.decoding_cross_attention`;
  const folding = jit(
    (
      bound: Tensors,
      given: Omit<Folding, 'rows'> & { readonly root?: tf.Tensor2D },
      chosen: FoldPlan,
    ): { scores: FoldedScores; attended: FoldedAttended } => {
      const of = (name: string) => ({
        weight: bound[`${name}.weight`] as tf.Tensor2D,
        bias: bound[`${name}.bias`] as tf.Tensor1D,
      });
      const own = (name: string) => of(`${layer}.${name}`);
      const normScale = (name: string) => bound[`${layer}.${name}.weight`] as tf.Tensor1D;
      const normed = norm(bindParameters(bound).at(`${layer}.${names.keyValueNorm}`), given.latents);
      const product = (name: string) => linear(normed, own(name).weight, own(name).bias) as tf.Tensor3D;
      const finalLayer = of(`${path}.final_layer`);
      const query = {
        ...own(names.query),
        normScale: normScale(names.queryNorm),
        normOffset: own(names.queryNorm).bias,
      };
      const attended = {
        values: product(names.value),
        output: own(names.output),
        normScale: normScale(names.mlpNorm),
        normOffset: own(names.mlpNorm).bias,
        mlpIn: own(names.mlpIn),
        mlpOut: own(names.mlpOut),
        final: given.output === undefined ? finalLayer : composeLayers(finalLayer, given.output),
        root: given.root,
      };
      return {
        scores: foldScores({ ...query, rest: given.rest }, product(names.key), chosen.scores === 'query * keys'),
        attended: foldAttended(attended, chosen.attended),
      };
    },
    { name: 'chunkedDecode fold' },
  );

  // Made of weights alone, so that the next call with the same ones need not make it again.
  let known: { readonly of: OutputLayer; readonly root: Promise<tf.Tensor2D> } | undefined;
  const forget = (): void => {
    known?.root.then((root) => root.dispose()).catch(() => undefined);
    known = undefined;
  };
  const rootOf = (of: OutputLayer): Promise<tf.Tensor2D> => {
    if (known !== undefined && known.of.weight === of.weight && known.of.bias === of.bias) return known.root;
    forget();
    known = { of, root: outputRoot(of) };
    return known.root;
  };

  return {
    async fold(weights, { rows, ...given }) {
      const parameter = <T extends tf.Tensor>(name: string): T => {
        const found = weights[name];
        if (found === undefined) throw new ModelError(`chunkedDecode: expected a parameter ${name}, got none`);
        return found as T;
      };
      const queryChannels = parameter(`${layer}.${names.queryNorm}.weight`).size;
      const { shape } = given.latents;
      const { qkChannels, vChannels = qkChannels } = decodeLayerOptions(config, queryChannels, shape[2]);
      const chosen =
        plan ??
        planFolds({
          rows,
          numLatents: shape[1],
          rowChannels: queryChannels - (given.rest?.size ?? 0),
          queryChannels,
          qkChannels,
          vChannels,
          hiddenChannels: (config.wideningFactor ?? 1) * queryChannels,
        });
      if (chosen.attended !== 'output * hidden') return folding(weights, given, chosen);
      const output = `${layer}.${names.output}`;
      const root = await rootOf({ weight: parameter(`${output}.weight`), bias: parameter(`${output}.bias`) });
      return folding(weights, { ...given, root }, chosen);
    },
    async dispose() {
      const root = await known?.root.catch(() => undefined);
      root?.dispose();
      known = undefined;
      await folding.dispose();
    },
  };
}

/** The root of the product after attention without the mean of what it gives, `[v + 1, v + 1]`. */
async function outputRoot({ weight, bias }: OutputLayer): Promise<tf.Tensor2D> {
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
