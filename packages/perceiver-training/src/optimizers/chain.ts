import * as tf from '@tensorflow/tfjs';
import type { Clock } from '../schedules/schedule.js';
import { type Factor, multiplyFactors } from './factor.js';
import { applyUpdate, type LinearUpdate, materialize, scaleUpdate } from './linear-update.js';
import type { Optimizer, OptimizerState, Unit } from './optimizer.js';
import { l2Norm } from './sum-of-squares.js';
import type { Member, ScalarRecord, TensorRecord, Transformation } from './transformation.js';

/** What `run` carries for each unit. */
interface Running extends Unit {
  update: LinearUpdate;
  next: TensorRecord;
}

/**
 * An optimiser of transformations, applied in order to the gradients; what comes out is subtracted from the parameters.
 *
 * ```ts
 * const lamb = chain(clipByGlobalNorm(10), scaleByAdam({ eps: 1e-6 }), addDecayedWeights(0.1, { mask: decayMatrices }),
 *   scaleByTrustRatio(), scaleBySchedule(4e-3));
 * ```
 */
export function chain(...transformations: Transformation[]): Optimizer {
  const moments = transformations.flatMap((transformation) => transformation.moments ?? []);
  const repeated = moments.find((name, i) => moments.indexOf(name) !== i);
  if (repeated !== undefined)
    throw new TypeError(`chain: expected each moment once, got two transformations that keep '${repeated}'`);

  // Clips at the head only need the gradients' norm; any later one needs the updates of all tensors at once.
  const head = transformations.findIndex(({ reach }) => reach !== 'global');
  const leading = head === -1 ? transformations.length : head;
  const separable = transformations.slice(leading).every(({ reach }) => reach !== 'global');

  const run = (units: readonly Unit[], numbers: ScalarRecord, first: number, scale: Factor): Running[] => {
    const running: Running[] = units.map((unit) => ({
      ...unit,
      update: { direction: unit.gradient, scale, decay: 0 },
      next: {},
    }));
    for (let i = first; i < transformations.length; i++) {
      const transformation = transformations[i]!;
      if (transformation.reach === 'global') {
        const factor = transformation.factor(l2Norm(running.map((unit) => materialize(unit.update, unit.parameter))));
        for (const unit of running) unit.update = scaleUpdate(unit.update, factor);
        continue;
      }
      const own = numbersOf(numbers, i);
      for (const unit of running) {
        const { parameter, moments, member } = unit;
        const result = transformation.apply(unit.update, { parameter, moments, member, numbers: own });
        unit.update = result.update;
        Object.assign(unit.next, result.moments);
      }
    }
    return running;
  };

  const finish = ({ update, parameter, next }: Running, measure: boolean) => {
    const applied = applyUpdate(update, parameter);
    return {
      parameter: applied.parameter,
      moments: Object.fromEntries(moments.map((name) => [name, next[name]!])),
      ...(measure ? { updateNorm: l2Norm([applied.subtracted()]) } : {}),
    };
  };

  return {
    moments,
    separable,
    wholeTensors: transformations.some(({ reach }) => reach === 'tensor'),
    group: (member: Member) =>
      transformations.flatMap((transformation) => transformation.group?.(member) ?? []).join('-') || 'all',
    init: (parameters) =>
      Object.fromEntries(
        moments.map((moment) => [moment, mapRecord(parameters, (parameter) => tf.zeros(parameter.shape))]),
      ),
    numbers: (clock: Clock) => {
      const values: Record<string, number> = {};
      transformations.forEach((transformation, i) => {
        for (const [key, value] of Object.entries(transformation.numbers?.(clock) ?? {})) values[`${i}.${key}`] = value;
      });
      return values;
    },
    scaleOf: (gradientNorm) => {
      if (!separable) throw new TypeError('scaleOf: expected a chain whose clips come first, got one further on');
      let scale: Factor = 1;
      let norm = gradientNorm;
      for (const transformation of transformations.slice(0, leading)) {
        if (transformation.reach !== 'global') break;
        const factor = transformation.factor(norm);
        scale = multiplyFactors(scale, factor);
        norm = norm.mul(factor) as tf.Scalar;
      }
      return scale;
    },
    updateUnit: (unit, scale, numbers, { measure = false } = {}) =>
      finish(run([unit], numbers, leading, scale)[0]!, measure),
    update: (gradients, state, parameters, numbers) => {
      const units = Object.entries(parameters).map(([name, parameter]) => ({
        gradient: requireTensor(gradients, name, 'gradients'),
        parameter,
        moments: Object.fromEntries(moments.map((moment) => [moment, state[moment]![name]!])),
        member: { name, shape: parameter.shape },
      }));
      const nextParameters: TensorRecord = {};
      const nextState: OptimizerState = Object.fromEntries(moments.map((moment) => [moment, {}]));
      for (const unit of run(units, numbers, 0, 1)) {
        const result = finish(unit, false);
        nextParameters[unit.member.name] = result.parameter;
        for (const moment of moments) nextState[moment]![unit.member.name] = result.moments[moment]!;
      }
      return { parameters: nextParameters, state: nextState };
    },
  };
}

function numbersOf(numbers: ScalarRecord, index: number): ScalarRecord {
  const prefix = `${index}.`;
  return Object.fromEntries(
    Object.entries(numbers)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

function mapRecord(record: TensorRecord, map: (tensor: tf.Tensor) => tf.Tensor): TensorRecord {
  return Object.fromEntries(Object.entries(record).map(([name, tensor]) => [name, map(tensor)]));
}

function requireTensor(record: TensorRecord, name: string, what: string): tf.Tensor {
  const tensor = record[name];
  if (tensor === undefined) throw new TypeError(`${what}: expected a tensor named '${name}', got none`);
  return tensor;
}
