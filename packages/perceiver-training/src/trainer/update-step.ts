import * as tf from '@tensorflow/tfjs';
import { aliasViews, type Jitted, jit } from 'tfjs-backend-onnxruntime';
import type { Optimizer, OptimizerState } from '../optimizers/optimizer.js';
import { optimizerScalars } from '../optimizers/optimizer-scalars.js';
import { l2Norm } from '../optimizers/sum-of-squares.js';
import type { Member, ScalarRecord, TensorRecord } from '../optimizers/transformation.js';
import { type FlatBuffers, joinParameters, sliceParameters, viewParameters } from '../parameters/flat-buffers.js';
import { BLOCK, PADDING, type ParameterLayout } from '../parameters/parameter-layout.js';
import { sharesMemory } from '../parameters/shares-memory.js';
import type { Clock } from '../schedules/schedule.js';

/** Name under which the moving average of the parameters is kept beside the optimiser's moments. */
export const AVERAGE = 'average';

/** Numbers in a piece: its arrays stay in the cache, and it is long beside what starting an operation costs. */
const PIECE = 4 * BLOCK;

/** Pieces in one run of a compiled graph: starting a run costs as much as a good part of a piece. */
const PIECES_AT_ONCE = 4;

/** Parameters and what belongs to them; `moments` by moment and group. */
export interface TrainState {
  parameters: FlatBuffers;
  moments: Record<string, FlatBuffers>;
}

export interface UpdateOptions {
  /** Decay of an exponential moving average of the parameters, kept as the moment `average`. */
  readonly averageDecay?: number;
  /** The gradients are sums over this many batches. */
  readonly accumulate?: number;
  /** Above this many numbers in all, memory-sharing engines update in pieces of 2^20 numbers, which stay in the cache. */
  readonly piecesAbove?: number;
}

/** L2 norms over all parameters together. */
export interface UpdateNorms {
  readonly gradientNorm: number;
  /** Of what was subtracted from the parameters; where asked for. */
  readonly updateNorm?: number;
}

/** The second graph of a step: gradients into parameters. */
export interface UpdateStep {
  /** Replaces the tensors in `state`; their memory is reused. The gradients are left as they are. */
  run(state: TrainState, gradients: FlatBuffers, clock: Clock, options?: { measure?: boolean }): Promise<UpdateNorms>;
  dispose(): Promise<void>;
}

type Norms = [gradientNorm: tf.Scalar, updateNorm?: tf.Scalar];
type Whole = [parameters: TensorRecord, moments: OptimizerState, norms: Norms];

/** Compiles the update of an optimiser over flat buffers. */
export function compileUpdateStep(
  optimizer: Optimizer,
  layout: ParameterLayout,
  { averageDecay, accumulate = 1, piecesAbove = 2 ** 22 }: UpdateOptions = {},
): UpdateStep {
  if (!optimizer.separable)
    throw new TypeError(
      'compileUpdateStep: expected clipByGlobalNorm only at the head of the chain, got one further on',
    );
  const { wholeTensors } = optimizer;
  const memberOf = new Map<string, Member>();
  for (const group of layout.groups) memberOf.set(group.name, group.members[0]!);
  if (wholeTensors) for (const member of layout.members) memberOf.set(member.name, member);

  /** One unit: the optimiser's update, then the moving average. */
  const updateUnit = (
    [gradient, parameter, moments]: [tf.Tensor, tf.Tensor, TensorRecord],
    member: Member,
    scale: tf.Scalar | number,
    numbers: ScalarRecord,
    measure: boolean,
  ) => {
    const updated = optimizer.updateUnit({ gradient, parameter, moments, member }, scale, numbers, { measure });
    const average = moments[AVERAGE];
    if (average === undefined || averageDecay === undefined) return updated;
    const moved = average.add(updated.parameter.sub(average).mul(1 - averageDecay));
    return { ...updated, moments: { ...updated.moments, [AVERAGE]: moved } };
  };

  const normAndScale = (gradients: TensorRecord, sum = 1 / accumulate) => {
    const norm = l2Norm(Object.values(gradients));
    const gradientNorm = (sum === 1 ? norm : norm.mul(sum)) as tf.Scalar;
    const factor = optimizer.scaleOf(gradientNorm);
    return { gradientNorm, scale: sum === 1 ? factor : (tf.mul(factor, sum) as tf.Scalar) };
  };

  /** The whole update as one function of records, of buffers or of parameters. */
  const whole = (
    parameters: TensorRecord,
    moments: OptimizerState,
    gradients: TensorRecord,
    numbers: ScalarRecord,
    measure: boolean,
  ): Whole => {
    const nextParameters: TensorRecord = {};
    const nextMoments: OptimizerState = Object.fromEntries(Object.keys(moments).map((moment) => [moment, {}]));
    const { gradientNorm, scale } = normAndScale(gradients);
    const norms: tf.Scalar[] = [];
    for (const [name, parameter] of Object.entries(parameters)) {
      const own = Object.fromEntries(Object.entries(moments).map(([moment, record]) => [moment, record[name]!]));
      const unit = updateUnit([gradients[name]!, parameter, own], memberOf.get(name)!, scale, numbers, measure);
      nextParameters[name] = unit.parameter;
      for (const moment in nextMoments) nextMoments[moment]![name] = unit.moments[moment]!;
      if (unit.updateNorm) norms.push(unit.updateNorm);
    }
    return [nextParameters, nextMoments, measure ? [gradientNorm, l2Norm(norms)] : [gradientNorm]];
  };

  /** For engines that copy: whole tensors are cut out of the buffers and joined again inside the function. */
  const wholeFromBuffers: typeof whole = (parameters, moments, gradients, numbers, measure) => {
    const cut = (buffers: TensorRecord) => sliceParameters(layout, buffers as FlatBuffers);
    const [nextParameters, nextMoments, norms] = whole(
      cut(parameters),
      mapValues(moments, cut),
      cut(gradients),
      numbers,
      measure,
    );
    const join = (named: TensorRecord) => joinParameters(layout, named);
    return [join(nextParameters), mapValues(nextMoments, join), norms];
  };

  const onBuffers: Jitted<Parameters<typeof whole>, Whole> = jit(whole, { name: 'update', donate: [0, 1] });
  const cutting: Jitted<Parameters<typeof whole>, Whole> = jit(wholeFromBuffers, { name: 'update', donate: [0, 1] });
  const prepare = jit(
    (gradients: TensorRecord): [tf.Scalar, tf.Scalar] => {
      const { gradientNorm, scale } = normAndScale(gradients);
      return [gradientNorm, typeof scale === 'number' ? tf.scalar(scale) : scale];
    },
    { name: 'gradient norm' },
  );
  const pieces = new Map<string, ReturnType<typeof compilePieces>>();
  const compilePieces = (member: Member) =>
    jit(
      (
        parameters: tf.Tensor[],
        moments: TensorRecord[],
        gradients: tf.Tensor[],
        scale: tf.Scalar,
        numbers: ScalarRecord,
        measure: boolean,
      ): [tf.Tensor[], TensorRecord[], tf.Scalar[]] => {
        const units = parameters.map((parameter, i) =>
          updateUnit([gradients[i]!, parameter, moments[i]!], member, scale, numbers, measure),
        );
        return [
          units.map(({ parameter }) => parameter),
          units.map((unit) => unit.moments),
          measure ? [l2Norm(units.map(({ updateNorm }) => updateNorm!))] : [],
        ];
      },
      { name: 'update of pieces', donate: [0, 1] },
    );

  const runWhole = async (state: TrainState, gradients: FlatBuffers, numbers: ScalarRecord, measure: boolean) => {
    const { parameters, moments } = state;
    if (wholeTensors && sharesMemory()) {
      // Views are written in place: the buffers stay the same tensors.
      const view = (buffers: FlatBuffers) => viewParameters(layout, buffers);
      const gradientViews = view(gradients);
      const [nextParameters, nextMoments, norms] = await onBuffers(
        view(parameters),
        mapValues(moments, view),
        gradientViews,
        numbers,
        measure,
      );
      tf.dispose([gradientViews, nextParameters, nextMoments]);
      return norms;
    }
    const update = wholeTensors ? cutting : onBuffers;
    const [nextParameters, nextMoments, norms] = await update(parameters, moments, gradients, numbers, measure);
    state.parameters = nextParameters as FlatBuffers;
    state.moments = nextMoments as Record<string, FlatBuffers>;
    return norms;
  };

  const runPieces = async (state: TrainState, gradients: FlatBuffers, numbers: ScalarRecord, measure: boolean) => {
    const [gradientNorm, scale] = await prepare(gradients);
    let squares = 0;
    for (const group of layout.groups) {
      const cut = wholeTensors
        ? group.layout
        : Array.from({ length: Math.ceil(group.size / PIECE) }, (_, i) => ({
            name: `${i}`,
            shape: [Math.min(PIECE, group.size - i * PIECE)],
          }));
      const parameters = aliasViews(state.parameters[group.name]!, cut);
      const moments = mapValues(state.moments, (buffers) => aliasViews(buffers[group.name]!, cut));
      const gradientViews = aliasViews(gradients[group.name]!, cut);
      const names = cut.map(({ name }) => name).filter((name) => name !== PADDING);
      const atOnce = wholeTensors ? 1 : PIECES_AT_ONCE;
      for (let start = 0; start < names.length; start += atOnce) {
        const together = names.slice(start, start + atOnce);
        if (!pieces.has(group.name)) pieces.set(group.name, compilePieces(group.members[0]!));
        const results = await pieces.get(group.name)!(
          together.map((name) => parameters[name]!),
          together.map((name) => mapValues(moments, (views) => views[name]!)),
          together.map((name) => gradientViews[name]!),
          scale,
          numbers,
          measure,
        );
        for (const norm of results[2]) squares += (await norm.data())[0]! ** 2;
        tf.dispose(results as unknown as tf.TensorContainer);
      }
      tf.dispose([
        gradientViews,
        parameters[PADDING] ?? [],
        Object.values(moments).map((views) => views[PADDING] ?? []),
      ]);
    }
    scale.dispose();
    return { gradientNorm, updateNorm: measure ? Math.sqrt(squares) : undefined };
  };

  return {
    run: async (state, gradients, clock, { measure = false } = {}) => {
      const numbers = optimizerScalars(optimizer, clock);
      try {
        if (sharesMemory() && layout.count > piecesAbove) {
          const { gradientNorm, updateNorm } = await runPieces(state, gradients, numbers, measure);
          return { gradientNorm: await take(gradientNorm), updateNorm };
        }
        const [gradientNorm, updateNorm] = await runWhole(state, gradients, numbers, measure);
        return { gradientNorm: await take(gradientNorm), updateNorm: updateNorm && (await take(updateNorm)) };
      } finally {
        tf.dispose(numbers);
      }
    },
    dispose: async () => {
      for (const compiled of [onBuffers, cutting, prepare, ...pieces.values()]) await compiled.dispose();
    },
  };
}

async function take(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value!;
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
