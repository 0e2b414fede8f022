import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CheckpointFormatError } from '../errors.js';
import { torchGlobals } from '../pytorch/torch-globals.js';
import { type PickleValue, pickleGlobal, setState } from './pickle-value.js';
import { unpickle } from './unpickle.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));

const none = { file: 'f', globals: () => undefined };
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('unpickle', () => {
  it.each([0, 1, 2, 3, 4, 5])('reads what Python wrote with protocol %i', (protocol) => {
    const bytes = new Uint8Array(readFileSync(testdata(`plain-${protocol}.pkl`)));
    const { value, length } = unpickle(bytes, { file: 'f', globals: torchGlobals('refuse') });
    expect(length).toBe(bytes.length);
    expect(value).toEqual(
      new Map<string, PickleValue>([
        ['list', [1, -1, 300, 70000, 2 ** 40, -(2n ** 100n)]],
        ['tuple', []],
        ['text', 'é☃'],
        ['none', null],
        ['real', 1e-300],
        ['bytes', Uint8Array.of(0, 255)],
      ]),
    );
  });

  it('lets callers add classes, with state', () => {
    // numpy.ndarray-like: c module name, ) empty tuple, R call, K 5 state, b build.
    const made = { [setState]: (state: PickleValue) => Object.assign(made, { state }) };
    const globals = (name: string) => (name === 'a.b' ? pickleGlobal(name, () => made) : undefined);
    expect(unpickle(ascii('ca\nb\n)RK\x05b.'), { file: 'f', globals }).value).toMatchObject({ state: 5 });
  });

  it('keeps a list that holds itself', () => {
    const { value } = unpickle(ascii(']q\0h\0a.'), none);
    expect((value as PickleValue[])[0]).toBe(value);
  });

  const hostile: [string, string, RegExp][] = [
    ['nothing', '', /truncated/],
    ['no end', ']', /truncated/],
    ['a command', 'cos\nsystem\n(S', /refuses os\.system/],
    ['eval', 'cbuiltins\neval\n', /refuses builtins\.eval/],
    ['a name from the prototype', 'cconstructor\nconstructor\n', /refuses constructor\.constructor/],
    ['the extension registry', '\x82\x01.', /refuses operation 0x82/],
    ['an instance by name', 'ios\nsystem\n', /refuses operation 0x69/],
    ['an empty stack', 'R', /empty stack/],
    ['a mark for a value', '(.', /got a mark/],
    ['no mark', ']e', /expected a mark/],
    ['a memo that is not set', 'h\x05.', /memo 5 is not set/],
    ['text longer than the file', 'X\xff\xff\xff\xff', /expected 4294967295 more bytes, got 0/],
    ['text of 2^63 bytes', '\x8d\0\0\0\0\0\0\0\x80', /too large/],
    ['an integer of 2 GB', '\x8b\xff\xff\xff\x7f', /at most 1024/],
    ['a million digits', `I${'9'.repeat(1e6)}\n.`, /expected an integer/],
    ['text that is no UTF-8', '\x8c\x01\xff.', /UTF-8/],
    ['a dict with half a pair', '}(Nu.', /key and no value/],
    ['an append to a number', 'K\x01Na.', /expected a list/],
    ['values left over', 'NN.', /1 values left over/],
    ['a call of a number', 'K\x01)R.', /a call of no function/],
    ['state for a list', ']Nb.', /takes none/],
    ['a later protocol', '\x80\x09N.', /protocol 9/],
    ['a persistent id', 'K\x01Q.', /persistent id/],
    ['millions of dicts', '}'.repeat(1_000_001), /more than 1000000 objects/],
    ['millions of operations', 'N'.repeat(4_000_002), /more than 4000000 operations/],
  ];
  it.each(hostile)('refuses %s', (_, text, message) => {
    let error: unknown;
    try {
      unpickle(ascii(text), none);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CheckpointFormatError);
    expect((error as Error).message).toMatch(message);
  });
});
