import type { ExternalData, GraphRecord, Initializer } from '../graph/serialize.js';
import type { Value } from '../graph/value.js';
import type { ExternalArrays, SessionSource } from './runtime.js';

/** Where a graph's large constants end up. */
export interface PlacedConstants {
  readonly record: GraphRecord;
  readonly source: SessionSource;
  /** Values to feed at each run, after the graph's own inputs. */
  readonly fed: readonly Value[];
}

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
  const firstCaptured = record.inputs.length - captured.length;
  const initializers: Initializer[] = captured.map((value, i) => {
    const { name } = record.inputs[firstCaptured + i]!;
    let data: ExternalData;
    if (value.file !== undefined) {
      if (directory === undefined)
        throw new Error(`expected mapped constants from one directory, got ${[...directories].join(', ')}`);
      const { path, byteOffset, byteLength } = value.file;
      data = { location: path.slice(directory.length + 1), offset: byteOffset, length: byteLength };
    } else {
      arrays.push({ path: `${name}.bin`, data: value.data! });
      data = { location: `${name}.bin`, offset: 0, length: value.data!.byteLength };
    }
    return { name, type: value.type, shape: value.shape, data };
  });
  return {
    record: {
      ...record,
      inputs: record.inputs.slice(0, firstCaptured),
      initializers: [...record.initializers, ...initializers],
    },
    source: {
      ...(arrays.length > 0 ? { externalArrays: arrays } : {}),
      ...(directory === undefined ? {} : { externalDirectory: directory }),
    },
    fed: [],
  };
}
