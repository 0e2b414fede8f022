import { PickleCursor } from './pickle-cursor.js';
import { isPickleGlobal, type PickleGlobals, type PickleValue, setState } from './pickle-value.js';

/** Options of `unpickle`. */
export interface UnpickleOptions {
  /** Name of the file, for errors. */
  readonly file: string;
  /** The classes and functions that may be named. None is ever imported or run: each is a function of ours. */
  readonly globals: PickleGlobals;
  /** Resolves a persistent id; PyTorch refers to its storages so. */
  readonly persistentLoad?: (id: PickleValue) => PickleValue;
}

/** A pickle's value, and how many bytes it took. */
export interface Unpickled {
  readonly value: PickleValue;
  readonly length: number;
}

// A one-byte operation makes an object of two hundred bytes; this bounds what a hostile file can ask for. A tensor
// takes about 10 objects and 40 operations.
const MOST_OBJECTS = 1_000_000;
const MOST_OPERATIONS = 4_000_000;

const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

/**
 * Reads a Python pickle, protocols 0 to 5, into plain values. It can make lists, tuples, dicts, sets, numbers, strings,
 * bytes, None, booleans, and what `globals` allows; anything else throws CheckpointFormatError naming it.
 */
export function unpickle(bytes: Uint8Array, { file, ...options }: UnpickleOptions): Unpickled {
  const cursor = new PickleCursor(file, bytes);
  const machine = pickleMachine(cursor, options);
  while (machine.step());
  return { value: machine.result(), length: cursor.position };
}

/** The stack machine that a pickle is a program for. */
export interface PickleMachine {
  /** Runs the operation at the cursor; false when it was the last. */
  step(): boolean;
  /** The value, after the last operation. */
  result(): PickleValue;
}

/** The machine of `unpickle`, to be run step by step. */
export function pickleMachine(
  cursor: PickleCursor,
  { globals, persistentLoad }: Omit<UnpickleOptions, 'file'>,
): PickleMachine {
  const stack: Slot[] = [];
  const memo = new Map<number, PickleValue>();
  let objects = 0;

  const push = (value: Slot) => {
    stack.push(value);
  };
  const pushNew = (value: PickleValue) => {
    if (++objects > MOST_OBJECTS) cursor.fail(`more than ${MOST_OBJECTS} objects`);
    stack.push(value);
  };
  const pop = (): PickleValue => {
    if (stack.length === 0) cursor.fail('takes a value from an empty stack');
    const value = stack.pop()!;
    return value === MARK ? cursor.fail('expected a value, got a mark') : (value as PickleValue);
  };
  const top = (): PickleValue => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const popToMark = (): PickleValue[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) cursor.fail('expected a mark on the stack');
    const values = stack.splice(mark + 1) as PickleValue[];
    stack.pop();
    return values;
  };
  const topOf = <T>(what: string, test: (value: PickleValue) => value is T & PickleValue): T => {
    const value = top();
    return test(value) ? value : cursor.fail(`expected ${what} on the stack`);
  };
  const remember = (index: number) => memo.set(index, top());
  const recall = (index: number) => {
    const value = memo.get(index);
    return value === undefined ? cursor.fail(`memo ${index} is not set`) : push(value);
  };
  const fill = (map: Map<PickleValue, PickleValue>, pairs: PickleValue[]) => {
    if (pairs.length % 2) cursor.fail('a dict with a key and no value');
    for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i]!, pairs[i + 1]!);
  };
  const pushGlobal = (module: PickleValue, name: PickleValue) => {
    if (typeof module !== 'string' || typeof name !== 'string') return cursor.fail('expected names of a global');
    const dotted = `${module}.${name}`;
    push(globals(dotted) ?? cursor.fail(`refuses ${dotted.slice(0, 200)}: only tensors and plain values are built`));
  };
  const call = (target: PickleValue, args: PickleValue) => {
    if (!isPickleGlobal(target) || !target.call || !Array.isArray(args)) return cursor.fail('a call of no function');
    let value: PickleValue;
    try {
      value = target.call(args);
    } catch (error) {
      return cursor.fail((error as Error).message, error);
    }
    pushNew(value);
  };
  const persistent = (id: PickleValue) => {
    if (!persistentLoad) return cursor.fail('a persistent id, which this kind of file has not');
    let value: PickleValue;
    try {
      value = persistentLoad(id);
    } catch (error) {
      return cursor.fail((error as Error).message, error);
    }
    push(value);
  };
  const build = () => {
    const state = pop();
    const target = top();
    if (isStateful(target)) {
      try {
        target[setState](state);
      } catch (error) {
        cursor.fail((error as Error).message, error);
      }
    } else if (!(target instanceof Map)) cursor.fail('state for a value that takes none');
    // An OrderedDict's attributes (PyTorch puts `_metadata` there) are not part of its contents.
  };
  const frame = () => {
    cursor.uint64();
  };
  const protocol = () => {
    const version = cursor.uint8();
    if (version > 5) cursor.fail(`protocol ${version}; 0 to 5 are read`);
  };
  const pop2 = (use: (first: PickleValue, second: PickleValue) => void) => {
    const second = pop();
    use(pop(), second);
  };
  const popSome = (count: number) => {
    const values: PickleValue[] = [];
    for (let i = 0; i < count; i++) values.unshift(pop());
    return values;
  };
  const discard = () => {
    if (stack.pop() === undefined) cursor.fail('takes a value from an empty stack');
  };
  const isMap = (value: PickleValue) => value instanceof Map;
  const isSet = (value: PickleValue) => value instanceof Set;
  const isList = (value: PickleValue): value is PickleValue[] => Array.isArray(value);
  const append = (list: PickleValue[], values: PickleValue[]) => {
    for (const value of values) list.push(value);
  };

  // Operation codes and names: Lib/pickletools.py of Python.
  const operations: Record<number, () => unknown> = {
    128: protocol,
    149: frame,
    [code('(')]: () => push(MARK),
    [code('0')]: discard,
    [code('1')]: popToMark,
    [code('2')]: () => push(top()),
    [code('N')]: () => push(null),
    136: () => push(true),
    137: () => push(false),
    [code('I')]: () => push(cursor.decimalInteger()),
    [code('L')]: () => push(cursor.decimalInteger()),
    [code('J')]: () => push(cursor.int32()),
    [code('K')]: () => push(cursor.uint8()),
    [code('M')]: () => push(cursor.uint16()),
    138: () => push(cursor.longInteger(cursor.uint8())),
    139: () => push(cursor.longInteger(cursor.uint32())),
    [code('F')]: () => push(cursor.decimalFloat()),
    [code('G')]: () => push(cursor.float64()),
    [code('V')]: () => pushNew(cursor.escapedLine()),
    [code('X')]: () => pushNew(cursor.text(cursor.uint32())),
    140: () => pushNew(cursor.text(cursor.uint8())),
    141: () => pushNew(cursor.text(cursor.uint64())),
    [code('T')]: () => pushNew(cursor.text(cursor.uint32())),
    [code('U')]: () => pushNew(cursor.text(cursor.uint8())),
    [code('B')]: () => pushNew(cursor.byteString(cursor.uint32())),
    [code('C')]: () => pushNew(cursor.byteString(cursor.uint8())),
    142: () => pushNew(cursor.byteString(cursor.uint64())),
    150: () => pushNew(cursor.byteString(cursor.uint64())),
    [code(']')]: () => pushNew([]),
    [code('}')]: () => pushNew(new Map()),
    [code(')')]: () => pushNew([]),
    143: () => pushNew(new Set()),
    [code('l')]: () => pushNew(popToMark()),
    [code('t')]: () => pushNew(popToMark()),
    [code('d')]: () => {
      const map = new Map<PickleValue, PickleValue>();
      fill(map, popToMark());
      pushNew(map);
    },
    133: () => pushNew(popSome(1)),
    134: () => pushNew(popSome(2)),
    135: () => pushNew(popSome(3)),
    145: () => pushNew(new Set(popToMark())),
    [code('a')]: () => {
      const value = pop();
      append(topOf('a list', isList), [value]);
    },
    [code('e')]: () => {
      const values = popToMark();
      append(topOf('a list', isList), values);
    },
    [code('s')]: () => {
      const pair = popSome(2);
      fill(topOf<Map<PickleValue, PickleValue>>('a dict', isMap), pair);
    },
    [code('u')]: () => {
      const pairs = popToMark();
      fill(topOf<Map<PickleValue, PickleValue>>('a dict', isMap), pairs);
    },
    144: () => {
      const values = popToMark();
      const set = topOf<Set<PickleValue>>('a set', isSet);
      for (const value of values) set.add(value);
    },
    [code('g')]: () => recall(Number(cursor.line())),
    [code('h')]: () => recall(cursor.uint8()),
    [code('j')]: () => recall(cursor.uint32()),
    [code('p')]: () => remember(Number(cursor.line())),
    [code('q')]: () => remember(cursor.uint8()),
    [code('r')]: () => remember(cursor.uint32()),
    148: () => remember(memo.size),
    [code('c')]: () => {
      const module = cursor.line();
      pushGlobal(module, cursor.line());
    },
    147: () => pop2(pushGlobal),
    [code('R')]: () => pop2(call),
    129: () => pop2(call),
    146: () => {
      const named = pop();
      if (!(named instanceof Map) || named.size > 0) cursor.fail('a call with named arguments');
      pop2(call);
    },
    [code('b')]: build,
    [code('P')]: () => persistent(cursor.line()),
    [code('Q')]: () => persistent(pop()),
  };

  const table = Array.from({ length: 256 }, (_, operation) => operations[operation]);
  let count = 0;
  return {
    step() {
      if (count++ > MOST_OPERATIONS) cursor.fail(`more than ${MOST_OPERATIONS} operations`);
      const operation = cursor.uint8();
      if (operation === code('.')) return false;
      const run = table[operation];
      if (run) run();
      else cursor.fail(`refuses operation 0x${operation.toString(16)}`);
      return true;
    },
    result() {
      const value = pop();
      if (stack.length > 0) cursor.fail(`ends with ${stack.length} values left over`);
      return value;
    },
  };
}

function code(character: string): number {
  return character.charCodeAt(0);
}

function isStateful(value: PickleValue): value is object & Record<typeof setState, (state: PickleValue) => void> {
  return typeof value === 'object' && value !== null && setState in value;
}
