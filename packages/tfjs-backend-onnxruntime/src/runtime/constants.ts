import type { GraphRecord, Initializer } from '../graph/serialize.js';
import type { Value } from '../graph/value.js';
import type { ExternalArrays, SessionSource } from './runtime.js';

/** Where a graph's large constants end up. */
export interface PlacedConstants {
  readonly record: GraphRecord;
  readonly source: SessionSource;
  /** Values to feed at each run, after the graph's own inputs. */
  readonly fed: readonly Value[];
}

/** Up to this many bytes a constant is part of the model's text where it cannot be handed over beside it. */
const LARGEST_EMBEDDED = 1 << 20;

const directoryOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));

/**
 * Decides for each captured value whether it is fed at each run, or baked into the compiled graph: mapped from the file
 * that it lies in, or handed over once.
 */
export function placeConstants(record: GraphRecord, captured: readonly Value[], bake: boolean): PlacedConstants {
  if (!bake) return { record, source: {}, fed: captured };
  const directories = new Set(
    captured.flatMap((value) => (value.file === undefined ? [] : [directoryOf(value.file.path)])),
  );
  // ONNX Runtime takes external files from one directory.
  const directory = directories.size === 1 ? [...directories][0] : undefined;
  const arrays: { path: string; data: ExternalArrays[number]['data'] }[] = [];
  const fed: Value[] = [];
  const initializers: Initializer[] = [];
  const firstCaptured = record.inputs.length - captured.length;
  const own = record.inputs.slice(0, firstCaptured);
  captured.forEach((value, i) => {
    const port = record.inputs[firstCaptured + i]!;
    const { type, shape } = value;
    const bake = (data: Initializer['data']) => initializers.push({ name: port.name, type, shape, data });
    if (value.file !== undefined) {
      if (directory === undefined)
        throw new Error(`expected mapped constants from one directory, got ${[...directories].join(', ')}`);
      const { path, byteOffset, byteLength } = value.file;
      bake({ location: path.slice(directory.length + 1), offset: byteOffset, length: byteLength });
    } else if (directory === undefined) {
      arrays.push({ path: `${port.name}.bin`, data: value.data! });
      bake({ location: `${port.name}.bin`, offset: 0, length: value.data!.byteLength });
    } else if (value.data!.byteLength <= LARGEST_EMBEDDED) {
      // ONNX Runtime takes external data from files or from memory, not from both.
      bake(value.data!);
    } else {
      own.push(port);
      fed.push(value);
    }
  });
  return {
    record: {
      ...record,
      inputs: own,
      initializers: [...record.initializers, ...initializers],
    },
    source: {
      ...(arrays.length > 0 ? { externalArrays: arrays } : {}),
      ...(directory === undefined ? {} : { externalDirectory: directory }),
    },
    fed,
  };
}
