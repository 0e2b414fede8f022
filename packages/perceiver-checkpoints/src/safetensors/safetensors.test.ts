import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobSource } from '../byte-source.js';
import { CheckpointError, CheckpointFormatError, CheckpointNotFoundError } from '../errors.js';
import { DTYPES, type Dtype, elementCount } from '../tensors/dtype.js';
import { toFloat32 } from '../tensors/to-float32.js';
import { buildHeader } from './build-header.js';
import { createSafetensors } from './create-safetensors.js';
import { openSafetensors } from './open-safetensors.js';
import { parseSafetensors, readSafetensors } from './parse-safetensors.js';
import { type TensorToWrite, writeSafetensors } from './write-safetensors.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));

const shared = resolve(dirname(fileURLToPath(import.meta.url)), '../../../../../shared');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** The bytes of a file with this header and this many bytes of data. */
function fileOf(header: unknown, dataLength = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

describe('reading', () => {
  it('reads every type as the reference implementation wrote it', async () => {
    const reader = await openSafetensors(testdata('tensors.safetensors'));
    expect((await reader.read('i64')).data).toEqual(BigInt64Array.of(2n ** 62n, -1n, 0n));
    expect((await reader.read('u16')).data).toEqual(Uint16Array.of(0, 65535));
    expect((await reader.read('i8')).data).toEqual(Int8Array.of(-128, 127));
    expect((await reader.read('bool')).data).toEqual(Uint8Array.of(1, 0, 1));
    expect(toFloat32(await reader.read('f16'))).toEqual(
      Float32Array.of(0, -0, 1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN),
    );
    const bf16 = toFloat32(await reader.read('bf16'));
    expect([...bf16.subarray(0, 2)]).toEqual([1, -3.140625]);
    expect(bf16[3]).toBe(Number.NEGATIVE_INFINITY);
    expect(await reader.read('scalar')).toEqual({ dtype: 'F32', shape: [], data: Float32Array.of(3.5) });
    expect((await reader.read('empty')).shape).toEqual([0, 5]);
    await reader.close();
  });

  it('gives byte offsets at which the file holds the elements', async () => {
    const path = testdata('tensors.safetensors');
    const reader = await openSafetensors(path);
    const bytes = readFileSync(path);
    const { byteOffset, byteLength, file } = reader.tensors.get('f32')!;
    const slice = bytes.subarray(byteOffset, byteOffset + byteLength);
    expect(file).toBe(path);
    expect(new Float32Array(new Uint8Array(slice).buffer)).toEqual((await reader.read('f32')).data);
    await reader.close();
  });

  it('reads into the middle of one preallocated array, converting', async () => {
    const reader = await openSafetensors(testdata('tensors.safetensors'));
    for (const name of ['f32', 'f64', 'f16', 'bf16', 'i64', 'i32', 'bool', 'scalar', 'empty']) {
      const expected = toFloat32(await reader.read(name));
      const flat = new Float32Array(expected.length + 2);
      await reader.readInto(name, flat.subarray(1, 1 + expected.length));
      expect(flat).toEqual(Float32Array.of(0, ...expected, 0));
    }
    await expect(reader.readInto('f32', new Float32Array(5))).rejects.toThrow(/expected a Float32Array of 6, got 5/);
    await reader.close();
  });

  it('reads a Blob as a browser gives it', async () => {
    const blob = new Blob([readFileSync(testdata('tensors.safetensors'))]);
    const reader = await readSafetensors(blobSource(blob));
    expect((await reader.read('i32')).data).toEqual(Int32Array.of(-(2 ** 31), 7));
  });

  it('names the nearest tensor when one is missing, and the file when that is missing', async () => {
    const reader = await openSafetensors(testdata('tensors.safetensors'));
    await expect(reader.read('parametr')).rejects.toThrow(CheckpointNotFoundError);
    await expect(reader.read('parametr')).rejects.toThrow(/did you mean parameter\?/);
    await reader.close();
    await expect(openSafetensors(join(directory, 'absent'))).rejects.toThrow(CheckpointNotFoundError);
    await expect(openSafetensors(directory)).rejects.toThrow(CheckpointFormatError);
  });

  it.skipIf(!existsSync(shared))('reads every fixture', async () => {
    const names = await readdir(shared, { recursive: true });
    const files = names.filter((name) => /^fixtures.*\.safetensors$/.test(name)).map((name) => join(shared, name));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const reader = await openSafetensors(file);
      for (const [name, { shape }] of reader.tensors) {
        expect((await reader.read(name)).data.length).toBe(elementCount(shape));
      }
      await reader.close();
    }
  });
});

describe('refusing', () => {
  const tensor = (begin: number, end: number, shape: unknown = [1], dtype: unknown = 'F32') => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });
  const hostile: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /at least 8 bytes, got 0/],
    ['seven bytes', new Uint8Array(7), /at least 8 bytes, got 7/],
    ['a header longer than the file', fileOf('{}').subarray(0, 9), /at most 1 bytes, got 2/],
    ['a header of 2^64 - 1 bytes', new Uint8Array(16).fill(255), /got 18446744073709551615/],
    ['a header that is no JSON', fileOf('{"a":'), /expected JSON/],
    ['a header with NaN', fileOf('{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}', 4), /expected JSON/],
    ['a header that is no UTF-8', fileOf('{"a":1}').fill(0xff, 10, 11), /expected JSON/],
    ['a header with a byte order mark', fileOf('\ufeff{}'), /expected JSON/],
    ['an array', fileOf([]), /expected a JSON object/],
    ['null', fileOf('null'), /expected a JSON object/],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }), /__metadata__/],
    ['an unknown type', fileOf({ a: tensor(0, 4, [1], 'F31') }, 4), /dtype: expected one of .*, got "F31"/],
    ['a type from the prototype', fileOf({ a: tensor(0, 4, [1], 'constructor') }, 4), /dtype/],
    ['a negative size', fileOf({ a: tensor(0, 4, [-1, -1]) }, 4), /shape/],
    ['a fraction', fileOf({ a: tensor(0, 4, [0.5, 2]) }, 4), /shape/],
    ['a shape past 2^53', fileOf({ a: tensor(0, 4, [2 ** 52, 2 ** 52]) }, 4), /data_offsets/],
    ['a size of infinity', fileOf('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}', 4), /shape/],
    ['offsets that are swapped', fileOf({ a: tensor(4, 0) }, 4), /data_offsets/],
    ['offsets for another size', fileOf({ a: tensor(0, 8) }, 8), /needs 4 bytes, got 0 to 8/],
    ['offsets before the data', fileOf({ a: tensor(-4, 0) }, 4), /data_offsets/],
    ['a tensor past the end', fileOf({ a: tensor(0, 4) }, 3), /truncated: expected .* bytes/],
    ['bytes after the end', fileOf({ a: tensor(0, 4) }, 5), /after the last tensor/],
    ['tensors that overlap', fileOf({ a: tensor(0, 8, [2]), b: tensor(4, 8) }, 8), /"b" overlaps/],
    ['a hole', fileOf({ a: tensor(0, 4), b: tensor(8, 12) }, 12), /"b" leaves a hole/],
    ['a giant shape that is empty elsewhere', fileOf({ a: tensor(0, 4, [2 ** 52, 0]) }, 4), /data_offsets/],
  ];

  it.each(hostile)('%s', (_, bytes, message) => {
    expect(() => parseSafetensors(bytes, 'f')).toThrow(CheckpointFormatError);
    expect(() => parseSafetensors(bytes, 'f')).toThrow(message);
  });

  it('takes a tensor named __proto__ for a name', async () => {
    const text = `{"__proto__":${JSON.stringify(tensor(0, 4))}}`;
    const reader = parseSafetensors(fileOf(text, 4));
    expect((await reader.read('__proto__')).shape).toEqual([1]);
    expect({}).not.toHaveProperty('dtype');
  });

  it('notices a file that shrinks after it was opened', async () => {
    const path = join(directory, 'shrinks');
    await writeFile(path, fileOf({ a: tensor(0, 4) }, 4));
    const reader = await openSafetensors(path);
    await writeFile(path, '');
    await expect(reader.read('a')).rejects.toThrow(CheckpointFormatError);
    await reader.close();
  });
});

describe('writing', () => {
  const dtype = fc.constantFrom(...(Object.keys(DTYPES) as Dtype[]));
  const shape = fc.array(fc.nat(4), { maxLength: 4 });
  const tensorToWrite = fc.tuple(dtype, shape, fc.nat(255)).map(([dtype, shape, seed]) => {
    const data = new DTYPES[dtype].array(elementCount(shape));
    new Uint8Array(data.buffer).forEach((_, i, bytes) => {
      bytes[i] = (seed + 31 * i) & 0x7f;
    });
    return { dtype, shape, data };
  });

  it('reads back what was written, for any types, shapes and names', async () => {
    const path = join(directory, 'round-trip');
    const tensors = fc.dictionary(fc.string({ unit: 'grapheme' }), tensorToWrite, { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(tensors, fc.dictionary(fc.string(), fc.string()), async (tensors, metadata) => {
        fc.pre(!('__metadata__' in tensors));
        await writeSafetensors(path, tensors, { metadata });
        const reader = await openSafetensors(path);
        expect([...reader.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
        expect({ ...reader.metadata }).toEqual({ ...metadata });
        for (const [name, tensor] of Object.entries(tensors)) {
          expect(await reader.read(name)).toEqual(tensor);
          expect(reader.tensors.get(name)!.byteOffset % DTYPES[tensor.dtype].bytes).toBe(0);
        }
        await reader.close();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the order of names of one type, and starts the data on 64 bytes', async () => {
    const path = join(directory, 'order');
    const one = { dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const;
    const byte = { dtype: 'U8', shape: [1], data: Uint8Array.of(1) } as const;
    const tensors = new Map<string, TensorToWrite>([
      ['z', one],
      ['byte', byte],
      ['10', one],
      ['9', one],
    ]);
    await writeSafetensors(path, tensors);
    const reader = await openSafetensors(path);
    expect(reader.tensors.get('z')!.byteOffset % 64).toBe(0);
    const inFile = [...reader.tensors].sort(([, a], [, b]) => a.byteOffset - b.byteOffset).map(([name]) => name);
    expect(inFile).toEqual(['z', '10', '9', 'byte']);
    await reader.close();
  });

  it('leaves the old file whole, and nothing beside it, when data does not fit or its source fails', async () => {
    const folder = await mkdtemp(join(directory, 'whole-'));
    const path = join(folder, 'model.safetensors');
    await writeFile(path, 'old');
    const good = { dtype: 'F32', shape: [2], data: new Float32Array(2) } as const;
    const bad = { ...good, data: new Float32Array(3) };
    const failing = { ...good, data: () => Promise.reject(new Error('no data')) };
    await expect(writeSafetensors(path, { good, bad })).rejects.toThrow(
      /expected Float32Array\(2\), got Float32Array\(3\)/,
    );
    await expect(writeSafetensors(path, { good, failing })).rejects.toThrow('no data');
    expect(await readdir(folder)).toEqual(['model.safetensors']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('refuses what cannot be right: missing, repeated, unknown names', async () => {
    const path = join(directory, 'refused');
    const specs = new Map([['a', { dtype: 'F32', shape: [1] } as const]]);
    await expect((await createSafetensors(path, specs)).finish()).rejects.toThrow(
      /1 tensors were not written, first a/,
    );
    const unknown = await createSafetensors(path, specs);
    await expect(unknown.write('b', new Float32Array(1))).rejects.toThrow(CheckpointNotFoundError);
    const repeated = await createSafetensors(path, specs);
    await repeated.write('a', new Float32Array(1));
    await expect(repeated.write('a', new Float32Array(1))).rejects.toThrow(/written already/);
    await expect(repeated.finish()).rejects.toThrow(CheckpointError);
    await expect(createSafetensors(path, new Map([['__metadata__', specs.get('a')!]]))).rejects.toThrow(
      CheckpointError,
    );
  });

  it('places and reads data past 8 GB (a sparse file)', async () => {
    const path = join(directory, 'large');
    const header = buildHeader(
      new Map([
        ['hole', { dtype: 'U8', shape: [9, 2 ** 30] }],
        ['end', { dtype: 'U8', shape: [3] }],
      ]),
    );
    const file = await open(path, 'w');
    await file.write(header.bytes, 0, header.bytes.length, 0);
    await file.write(Uint8Array.of(7, 8, 9), 0, 3, header.offsets.get('end')!.byteOffset);
    await file.close();
    const reader = await openSafetensors(path);
    expect(reader.tensors.get('end')!.byteOffset).toBeGreaterThan(9 * 2 ** 30);
    expect((await reader.read('end')).data).toEqual(Uint8Array.of(7, 8, 9));
    await reader.close();
  });
});
