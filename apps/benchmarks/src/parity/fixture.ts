import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { openSafetensors, toFloat32 } from 'perceiver-checkpoints';

/** A folder (or file) of the reference implementation's numbers; layout in PARITY, section 8. */
export interface Fixture {
  readonly name: string;
  readonly path: string;
  /** `meta.json`; empty if there is none. */
  readonly meta: Record<string, unknown>;
  /** `config.json`; undefined if there is none. */
  readonly config: unknown;
  has(file: string): boolean;
  /** All numbers of a safetensors file as float32 or int32. */
  read(file: string): Promise<Record<string, HostTensor>>;
}

/** A tensor in this process' memory. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

function readJson(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

async function readTensors(path: string): Promise<Record<string, HostTensor>> {
  const reader = await openSafetensors(path);
  const tensors: Record<string, HostTensor> = {};
  try {
    for (const [name, { dtype, shape }] of reader.tensors) {
      const data = await reader.read(name);
      const values = dtype === 'I64' ? Int32Array.from(data.data as BigInt64Array, Number) : toFloat32(data);
      tensors[name] = { shape, values };
    }
  } finally {
    await reader.close();
  }
  return tensors;
}

export function openFixture(path: string): Fixture {
  const files = new Map<string, Promise<Record<string, HostTensor>>>();
  return {
    name: basename(path),
    path,
    meta: (readJson(join(path, 'meta.json')) ?? {}) as Record<string, unknown>,
    config: readJson(join(path, 'config.json')),
    has: (file) => existsSync(join(path, file)),
    read: (file) => {
      const tensors = files.get(file) ?? readTensors(join(path, file));
      files.set(file, tensors);
      return tensors;
    },
  };
}

export function toTensor({ shape, values }: HostTensor): tf.Tensor {
  return tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');
}
