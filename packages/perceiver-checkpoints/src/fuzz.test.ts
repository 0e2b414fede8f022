import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesSource } from './byte-source.js';
import type { CheckpointReader } from './checkpoint-reader.js';
import { CheckpointError } from './errors.js';
import { nameTensors } from './naming/name-tensors.js';
import { readNumpyPickle } from './numpy/read-numpy.js';
import { unpickle } from './pickle/unpickle.js';
import { readPyTorch } from './pytorch/read-pytorch.js';
import { torchGlobals } from './pytorch/torch-globals.js';
import { readZipEntries } from './pytorch/zip-entries.js';
import { buildHeader } from './safetensors/build-header.js';
import { readSafetensors } from './safetensors/parse-safetensors.js';
import { DTYPES, type Dtype, elementCount } from './tensors/dtype.js';

// `node packages/perceiver-checkpoints/fuzz/run.mjs` sets more.
const CASES = Number(process.env.FUZZ_CASES ?? 500);
const parameters = { numRuns: CASES / 5, seed: process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : undefined };
const timeout = 120_000 + CASES * 50;

// The most that an expanded PyTorch tensor may take beyond what is stored.
const MOST_EXPANDED_BYTES = 2 ** 24 * 8;
const LONGEST_CASE_MILLISECONDS = 10_000;

const testdata = (name: string) =>
  Uint8Array.from(readFileSync(fileURLToPath(new URL(`testdata/${name}`, import.meta.url))));

/** The property: a file opens and gives what it says, or throws a typed error; quickly, and with little memory. */
async function holds(bytes: Uint8Array, open: () => Promise<CheckpointReader>): Promise<void> {
  const start = performance.now();
  try {
    const reader = await open();
    for (const [name, { dtype, shape, byteLength }] of reader.tensors) {
      expect(byteLength).toBeLessThanOrEqual(Math.max(bytes.byteLength, MOST_EXPANDED_BYTES));
      if (byteLength > 2 ** 20) continue;
      const { data } = await reader.read(name);
      expect(data.length).toBe(elementCount(shape));
      expect(data.byteLength).toBe(data.length * DTYPES[dtype].bytes);
      await reader.readInto(name, new Float32Array(data.length));
    }
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    expect(error.message.length).toBeLessThan(2000);
  }
  expect(performance.now() - start).toBeLessThan(LONGEST_CASE_MILLISECONDS);
  expect(Object.keys(Object.prototype)).toEqual([]);
}

interface Mutation {
  readonly kind: 'set' | 'flip' | 'cut' | 'insert' | 'copy' | 'zero' | 'extreme';
  readonly at: number;
  readonly length: number;
  readonly value: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('set', 'flip', 'cut', 'insert', 'copy', 'zero', 'extreme'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.nat(8), fc.nat(400)),
  value: fc.nat(255),
});

function mutate(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let result = Array.from(bytes);
  for (const { kind, at, length, value } of mutations) {
    const position = Math.floor(at * result.length);
    if (kind === 'set') result[position] = value;
    else if (kind === 'flip') result[position] = (result[position] ?? 0) ^ (1 << (value & 7));
    else if (kind === 'cut') result = [...result.slice(0, position), ...result.slice(position + length)];
    else if (kind === 'insert') result.splice(position, 0, ...Array<number>(length).fill(value));
    else if (kind === 'copy')
      result.splice(value % (result.length + 1), 0, ...result.slice(position, position + length));
    else result.fill(kind === 'zero' ? 0 : 255, position, position + (length % 9));
  }
  return Uint8Array.from(result);
}

const mutations = fc.array(mutation, { minLength: 1, maxLength: 6 });

describe('safetensors', () => {
  const size = fc.oneof(fc.nat(4), fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1, 0.5));
  const anything = fc.oneof(fc.jsonValue(), size, fc.constantFrom('F32', 'BF16', '__proto__', '../x', null));
  const entry = fc.record(
    {
      dtype: fc.oneof(fc.constantFrom(...Object.keys(DTYPES)), anything),
      shape: fc.oneof(fc.array(size, { maxLength: 4 }), anything),
      data_offsets: fc.oneof(fc.tuple(size, size), anything),
    },
    { requiredKeys: [] },
  );
  const name = fc.oneof(fc.string(), fc.constantFrom('__metadata__', '__proto__', 'constructor', '../../etc/passwd'));
  const header = fc.oneof(fc.dictionary(name, fc.oneof(entry, anything)), fc.jsonValue());
  const shape = fc.array(fc.nat(3), { maxLength: 3 });
  const specs = fc.array(fc.tuple(name, fc.constantFrom(...(Object.keys(DTYPES) as Dtype[])), shape), { maxLength: 5 });

  it('survives files with any header', { timeout }, async () => {
    const lie = fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { freq: 10, nil: undefined });
    await fc.assert(
      fc.asyncProperty(header, lie, fc.uint8Array({ maxLength: 40 }), async (header, lie, data) => {
        const json = new TextEncoder().encode(JSON.stringify(header));
        const bytes = new Uint8Array([...new Uint8Array(8), ...json, ...data]);
        new DataView(bytes.buffer).setBigUint64(0, lie ?? BigInt(json.length), true);
        await holds(bytes, () => readSafetensors(bytesSource(bytes)));
      }),
      parameters,
    );
  });

  it('survives whole files with mutations', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(specs, mutations, async (specs, mutations) => {
        const named = specs.filter(([name]) => name !== '__metadata__');
        const header = buildHeader(new Map(named.map(([name, dtype, shape]) => [name, { dtype, shape }])));
        const whole = new Uint8Array(header.fileSize);
        whole.set(header.bytes);
        const bytes = mutate(whole, mutations);
        await holds(bytes, () => readSafetensors(bytesSource(bytes)));
      }),
      parameters,
    );
  });
});

describe('PyTorch', () => {
  const files = ['tensors.pt', 'state-dict.bin', 'lightning.ckpt', 'namespace.ckpt', 'legacy.pt'].map(testdata);
  const unknownGlobals = fc.constantFrom('refuse' as const, 'opaque' as const);
  const globals = [
    'torch._utils\n_rebuild_tensor_v2\n',
    'torch\nFloatStorage\n',
    'collections\nOrderedDict\n',
    'os\nsystem\n',
  ];
  const operation = fc.oneof(
    fc.constantFrom(
      ...'(0123NIJKMFGVXTUBCQRabcdeghijlopqrstu.]})'.split('').map((character) => character.charCodeAt(0)),
    ),
    fc.integer({ min: 0x80, max: 0x98 }),
  );
  const step = fc.oneof(
    operation.map((code) => [code]),
    fc.tuple(operation, fc.uint8Array({ maxLength: 8 })).map(([code, bytes]) => [code, ...bytes]),
    fc.constantFrom(...globals).map((name) => [...new TextEncoder().encode(`c${name}`)]),
    fc.constantFrom([0x58, 1, 0, 0, 0, 0x30], [0x58, 7, 0, 0, 0, ...new TextEncoder().encode('storage')], [0x4b, 4]),
  );
  const program = fc.array(step, { maxLength: 60 }).map((steps) => Uint8Array.from([0x80, 2, ...steps.flat(), 0x2e]));
  const archiveOf = (pickle: Uint8Array) =>
    zipSync(
      { 'a/data.pkl': pickle, 'a/byteorder': new TextEncoder().encode('little'), 'a/data/0': new Uint8Array(64) },
      { level: 0 },
    );

  it('survives whole files with mutations', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        mutations,
        unknownGlobals,
        async (file, mutations, unknownGlobals) => {
          const bytes = mutate(file, mutations);
          await holds(bytes, () => readPyTorch(bytesSource(bytes), { unknownGlobals }));
        },
      ),
      parameters,
    );
  });

  it('survives sound archives with mutated pickles', { timeout }, async () => {
    const pickles = await Promise.all(files.slice(0, -1).map(pickleOf));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...pickles),
        mutations,
        unknownGlobals,
        async (pickle, mutations, unknownGlobals) => {
          const bytes = archiveOf(mutate(pickle, mutations));
          await holds(bytes, () => readPyTorch(bytesSource(bytes), { unknownGlobals }));
        },
      ),
      parameters,
    );
  });

  it('survives any pickle program', { timeout }, async () => {
    const bare = { file: 'f', globals: torchGlobals('opaque') };
    await fc.assert(
      fc.asyncProperty(program, unknownGlobals, async (pickle, unknownGlobals) => {
        const bytes = archiveOf(pickle);
        await holds(bytes, () => readPyTorch(bytesSource(bytes), { unknownGlobals }));
        try {
          unpickle(pickle, bare);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
      parameters,
    );
  });

  it('starts from files that are sound themselves', async () => {
    for (const file of files) {
      const reader = await readPyTorch(bytesSource(file), { unknownGlobals: 'opaque' });
      expect(reader.tensors.size).toBeGreaterThan(0);
    }
  });
});

describe('NumPy', () => {
  const pickles = ['arrays-2.pkl', 'arrays-3.pkl', 'arrays-4.pkl', 'arrays-5.pkl', 'haiku-3.pkl'].map(testdata);

  it('survives pickles with mutations', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pickles), mutations, async (pickle, mutations) => {
        const bytes = mutate(pickle, mutations);
        await holds(bytes, async () => nameTensors(await readNumpyPickle(bytesSource(bytes))).weights);
      }),
      parameters,
    );
  });
});

/** The bytes of an archive's data.pkl. */
async function pickleOf(archive: Uint8Array): Promise<Uint8Array> {
  const entries = await readZipEntries(bytesSource(archive));
  const [, entry] = [...entries].find(([name]) => name.endsWith('/data.pkl'))!;
  return archive.subarray(entry.byteOffset, entry.byteOffset + entry.byteLength);
}
