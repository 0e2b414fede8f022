import type { HaikuParameter } from './haiku-parameters.js';

/** What a part of a pickle is: its bytes, or, to reckon sizes without making data, only how many. */
type Emit = (part: Uint8Array | number) => void;

/** A pickle's dict of dicts: whether each dict is one of Haiku's mappings or Python's own. */
export interface HaikuTree {
  readonly parameters: readonly HaikuParameter[];
  /** Whether the outer dict is Haiku's, as the modules' always are. */
  readonly isMapping: boolean;
}

const FLAT_MAPPING = 'haiku._src.data_structures\nFlatMapping\n';
const bytes = (...values: number[]) => Uint8Array.from(values);
const int32 = (value: number) => new Uint8Array(Int32Array.of(value).buffer);

/**
 * Writes a pickle of Haiku parameters as Python's pickler does in protocol 3, with NumPy arrays of float32 (counters:
 * int32): either one tree, or a dict of `params` and `state`. Gives the size in bytes.
 */
export function writeHaikuPickle(
  tree: HaikuTree | { readonly params: HaikuTree; readonly state: HaikuTree },
  emit: Emit = () => {},
  dataOf: (name: string, byteLength: number) => Uint8Array | number = (_, byteLength) => byteLength,
): number {
  let size = 0;
  let memoSize = 0;
  const memo = new Map<string, number>();
  const put = (part: Uint8Array | number) => {
    size += typeof part === 'number' ? part : part.byteLength;
    emit(part);
  };
  const code = (character: string) => put(bytes(character.charCodeAt(0)));
  const store = (key?: string) => {
    if (key !== undefined) memo.set(key, memoSize);
    put(memoSize < 256 ? bytes(0x71, memoSize) : bytes(0x72, ...int32(memoSize)));
    memoSize++;
  };
  /** Names something that the memo has, or writes it, storing it on the way. */
  const shared = (key: string, write: () => void) => {
    const index = memo.get(key);
    if (index === undefined) write();
    else put(index < 256 ? bytes(0x68, index) : bytes(0x6a, ...int32(index)));
  };
  const text = (value: string) =>
    shared(`text ${value}`, () => {
      const encoded = new TextEncoder().encode(value);
      put(bytes(0x58, ...int32(encoded.length)));
      put(encoded);
      store(`text ${value}`);
    });
  const global = (name: string) =>
    shared(`global ${name}`, () => {
      code('c');
      put(new TextEncoder().encode(name));
      store(`global ${name}`);
    });
  const integer = (value: number) => {
    if (value >= 0 && value < 256) put(bytes(0x4b, value));
    else if (value >= 0 && value < 65536) put(bytes(0x4d, value & 255, value >> 8));
    else put(bytes(0x4a, ...int32(value)));
  };
  const tuple = (...items: (() => void)[]) => {
    if (items.length === 0) return code(')');
    if (items.length > 3) code('(');
    for (const item of items) item();
    put(items.length > 3 ? bytes(0x74) : bytes(0x84 + items.length));
    store();
  };
  const sizes = (values: readonly number[]) => tuple(...values.map((value) => () => integer(value)));
  const reduce = (name: string, argument: () => void) => {
    global(name);
    argument();
    code('R');
    store();
  };
  const dtype = (kind: string) =>
    shared(`dtype ${kind}`, () => {
      global('numpy\ndtype\n');
      tuple(
        () => text(kind),
        () => put(bytes(0x89)),
        () => put(bytes(0x88)),
      );
      code('R');
      store(`dtype ${kind}`);
      tuple(
        () => integer(3),
        () => text('<'),
        ...[0, 1, 2].map(() => () => code('N')),
        () => integer(-1),
        () => integer(-1),
        () => integer(0),
      );
      code('b');
    });
  const array = (module: string, name: string, shape: readonly number[]) => {
    const byteLength = 4 * shape.reduce((product, length) => product * length, 1);
    reduce('numpy.core.multiarray\n_reconstruct\n', () =>
      tuple(
        () => global('numpy\nndarray\n'),
        () => sizes([0]),
        () =>
          shared('bytes b', () => {
            put(bytes(0x43, 1, 0x62));
            store('bytes b');
          }),
      ),
    );
    tuple(
      () => integer(1),
      () => sizes(shape),
      () => dtype(name === 'counter' ? 'i4' : 'f4'),
      () => put(bytes(0x89)),
      () => {
        put(byteLength < 256 ? bytes(0x43, byteLength) : bytes(0x42, ...int32(byteLength)));
        put(dataOf(`${module}/${name}`, byteLength));
        store();
      },
    );
    code('b');
  };
  const dict = (entries: readonly (readonly [string, () => void])[]) => {
    code('}');
    store();
    const write = ([key, value]: readonly [string, () => void]) => {
      text(key);
      value();
    };
    for (let start = 0; start < entries.length; start += 1000) {
      const batch = entries.slice(start, start + 1000);
      if (batch.length > 1) code('(');
      batch.forEach(write);
      code(batch.length > 1 ? 'u' : 's');
    }
  };
  const mapping = (isMapping: boolean, write: () => void) =>
    isMapping ? reduce(FLAT_MAPPING, () => tuple(write)) : write();
  const treeOf = ({ parameters, isMapping }: HaikuTree) => {
    const modules = [...new Set(parameters.map(([module]) => module))].sort();
    const own = (module: string) => parameters.filter(([other]) => other === module);
    const entries = (module: string) =>
      own(module)
        .toSorted(([, a], [, b]) => (a < b ? -1 : 1))
        .map(([, name, shape]) => [name, () => array(module, name, shape)] as const);
    mapping(isMapping, () => dict(modules.map((module) => [module, () => mapping(true, () => dict(entries(module)))])));
  };
  put(bytes(0x80, 3));
  if ('params' in tree) {
    dict([
      ['params', () => treeOf(tree.params)],
      ['state', () => treeOf(tree.state)],
    ]);
  } else treeOf(tree);
  code('.');
  return size;
}
