import * as tf from '@tensorflow/tfjs';
import { productFlops, type Shaped, shapeRules } from './shape-only-kernels.js';
import { isTensorSpec, type TensorSpec, type TensorSpecs } from './tensor-spec.js';

const BACKEND = 'shape-only';

/** A tfjs backend without data: kernels compute shapes only. */
class ShapeOnlyBackend extends tf.KernelBackend {
  flops = 0;
  override write = (): object => ({});
  override move = (): void => {};
  override incRef = (): void => {};
  override disposeData = (): boolean => true;
  override dispose = (): void => {};
  override refCount = (): number => 1;
  override numDataIds = (): number => 0;
  override memory = (): { unreliable: boolean } => ({ unreliable: true });
  override floatPrecision = (): 32 => 32;
  override epsilon = (): number => 1e-7;
  override timerAvailable = (): boolean => false;
  override readSync(): never {
    throw new Error('shape-only tracing: a tensor was read, but there is no data; use tensor operations only');
  }
  override read(): never {
    return this.readSync();
  }
}

let registered = false;
function registerKernels(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, rule] of Object.entries(shapeRules)) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const shaped = inputs as unknown as Record<string, Shaped>;
        const outputs = rule(shaped, (attrs ?? {}) as never);
        const list = Array.isArray(outputs) ? outputs : [outputs];
        (backend as ShapeOnlyBackend).flops += productFlops(kernelName, shaped, attrs ?? {}, list[0]!);
        const infos = list.map((output) => ({ ...output, dataId: {} }));
        return Array.isArray(outputs) ? infos : infos[0]!;
      },
    });
  }
}

/** What a traced function gave. */
export interface ShapeTrace {
  /** The function's result with specs in the places of tensors. */
  readonly outputs: TensorSpecs;
  /** Multiplications and additions in matrix products and convolutions, two a term. */
  readonly flops: number;
}

/** Makes a tensor without data; only inside `traceShapes`. */
export type Placeholder = (spec: TensorSpec) => tf.Tensor;

function mapNested(value: unknown, matches: (value: unknown) => boolean, change: (value: never) => unknown): unknown {
  if (matches(value)) return change(value as never);
  if (Array.isArray(value)) return value.map((item) => mapNested(item, matches, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapNested(item, matches, change)]));
}

/**
 * Runs a function of tensors on tensors without data, and gives the shapes of its results: no arithmetic is done and no memory is
 * used, however large the model.
 *
 * @param fn gets `specs` with placeholders in their places
 */
export function traceShapes<I>(fn: (inputs: I, placeholder: Placeholder) => unknown, specs: TensorSpecs): ShapeTrace {
  registerKernels();
  const previous = tf.getBackend();
  const backend = new ShapeOnlyBackend();
  tf.registerBackend(BACKEND, () => backend, 0);
  // Both calls finish at once: neither backend has anything to wait for.
  void tf.setBackend(BACKEND);
  const placeholder: Placeholder = ({ shape, dtype }) =>
    tf.engine().makeTensorFromTensorInfo({ dataId: {}, shape: [...shape], dtype });
  try {
    const outputs = tf.tidy(() => {
      const inputs = mapNested(specs, isTensorSpec, placeholder) as I;
      const result = fn(inputs, placeholder);
      const describe = ({ shape, dtype }: tf.Tensor): TensorSpec => ({ shape, dtype: dtype as TensorSpec['dtype'] });
      return { specs: mapNested(result, (value) => value instanceof tf.Tensor, describe) } as never;
    }) as { specs: TensorSpecs };
    return { outputs: outputs.specs, flops: backend.flops };
  } finally {
    if (previous) void tf.setBackend(previous);
    tf.removeBackend(BACKEND);
  }
}
