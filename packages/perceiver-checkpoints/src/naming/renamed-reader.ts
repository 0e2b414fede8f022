import type { CheckpointReader, TensorInfo } from '../checkpoint-reader.js';
import { CheckpointFormatError } from '../errors.js';
import { findTensor } from '../tensors/create-reader.js';
import { elementCount } from '../tensors/dtype.js';
import { gather } from '../tensors/read-tensor.js';
import { allocate } from '../tensors/tensor-data.js';

/** Under which name, and in which arrangement, a checkpoint has a tensor. */
export interface StoredTensor {
  readonly name: string;
  /** For each axis the stored one that it is. Default: as stored. */
  readonly axes?: readonly number[];
  /** Whether axes of size 1 are left out, before `axes` counts. */
  readonly squeeze?: boolean;
}

/** A checkpoint's tensors under other names, with axes exchanged. Tensors that `stored` leaves out are not there. */
export function renamedReader(reader: CheckpointReader, stored: ReadonlyMap<string, StoredTensor>): CheckpointReader {
  const views = new Map([...stored].map(([name, tensor]) => [name, viewOf(reader, tensor)]));
  const viewFor = (name: string) => findTensor(reader.files.join(', '), views, name);
  return {
    format: reader.format,
    files: reader.files,
    metadata: reader.metadata,
    tensors: new Map([...views].map(([name, { info }]) => [name, info])),
    async read(name) {
      const { name: storedName, info, steps } = viewFor(name);
      const { dtype, data } = await reader.read(storedName);
      if (steps === undefined) return { dtype, shape: info.shape, data };
      const arranged = allocate(dtype, data.length, name);
      gather(data, info.shape, steps, arranged);
      return { dtype, shape: info.shape, data: arranged };
    },
    async readInto(name, target) {
      const { name: storedName, info, steps } = viewFor(name);
      if (steps === undefined || target.length !== elementCount(info.shape)) {
        return reader.readInto(storedName, target);
      }
      const data = allocate('F32', target.length, name);
      await reader.readInto(storedName, data);
      gather(data, info.shape, steps, target);
    },
    close: () => reader.close(),
  };
}

interface View {
  readonly name: string;
  readonly info: TensorInfo;
  /** Steps in the row-major elements that the reader gives; absent where nothing is to be exchanged. */
  readonly steps?: readonly number[];
}

function viewOf(reader: CheckpointReader, { name, axes, squeeze = false }: StoredTensor): View {
  const info = reader.tensors.get(name)!;
  const kept = info.shape.map((_, axis) => axis).filter((axis) => !(squeeze && info.shape[axis] === 1));
  if (axes !== undefined && axes.length !== kept.length) {
    throw new CheckpointFormatError(info.file, `${name}: expected ${axes.length} axes, got a shape of [${info.shape}]`);
  }
  const order = axes === undefined ? kept : axes.map((axis) => kept[axis]!);
  const arrange = (values: readonly number[]) => order.map((axis) => values[axis]!);
  const shape = arrange(info.shape);
  const steps = arrange(rowMajorStrides(info.shape));
  const inFile = arrange(info.strides ?? rowMajorStrides(info.shape));
  const { strides: _, ...rest } = info;
  const isRowMajor = (strides: readonly number[]) => {
    const expected = rowMajorStrides(shape);
    return strides.every((stride, axis) => shape[axis]! === 1 || stride === expected[axis]);
  };
  return {
    name,
    info: isRowMajor(inFile) ? { ...rest, shape } : { ...rest, shape, strides: inFile },
    ...(isRowMajor(steps) ? {} : { steps }),
  };
}

function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}
