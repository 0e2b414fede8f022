import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../byte-source.js';
import { CheckpointFormatError } from '../errors.js';
import { openCheckpoint } from '../load/open-checkpoint.js';
import { openSafetensors } from '../safetensors/open-safetensors.js';
import { toFloat32 } from '../tensors/to-float32.js';
import { openNumpyPickle, readNumpyPickle } from './read-numpy.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Checks every array of a pickle against what NumPy itself saw. */
async function expectArrays(file: string, nameOf: (name: string) => string = (name) => name) {
  const reader = await openCheckpoint(testdata(file));
  const expected = await openSafetensors(testdata('arrays.safetensors'));
  expect(reader.format).toBe('numpy');
  for (const name of expected.tensors.keys()) {
    const tensor = await expected.read(name);
    expect(await reader.read(nameOf(name)), name).toEqual(tensor);
    const floats = new Float32Array(tensor.data.length);
    await reader.readInto(nameOf(name), floats);
    expect(floats, name).toEqual(toFloat32(tensor));
  }
  await reader.close();
  await expected.close();
  return reader.tensors;
}

describe('openNumpyPickle', () => {
  it.each([2, 3, 4, 5])('reads arrays of protocol %i as NumPy wrote them', async (protocol) => {
    const tensors = await expectArrays(`arrays-${protocol}.pkl`);
    expect(tensors.size).toBe(10);
    const { byteOffset, byteLength, isEncoded, strides } = tensors.get('linear/w')!;
    expect(isEncoded).toBe(protocol === 2 ? true : undefined);
    expect(strides).toBeUndefined();
    expect(tensors.get('bytes/fortran')!.strides).toEqual([1, 2, 6]);
    if (protocol === 2) return;
    const bytes = new Uint8Array(readFileSync(testdata(`arrays-${protocol}.pkl`)));
    const inFile = new Float32Array(bytes.slice(byteOffset, byteOffset + byteLength).buffer);
    const expected = await openSafetensors(testdata('arrays.safetensors'));
    expect(inFile).toEqual((await expected.read('linear/w')).data);
    await expected.close();
  });

  it("reads Haiku's mappings, in a pair of parameters and state", async () => {
    const tensors = await expectArrays('haiku-3.pkl', (name) => `0/${name}`);
    expect(tensors.get('1/state/counter')).toMatchObject({ dtype: 'I32', shape: [] });
  });

  it.each([
    ['hostile-numpy.pkl', /refuses (posix|os)\.system/],
    ['objects.pkl', /dtype: expected one of .*, got O8/],
    ['big-endian.pkl', /little-endian elements \("<"\), got >/],
    ['scalar.pkl', /refuses numpy\._core\.multiarray\.scalar/],
    ['plain-4.pkl', /expected NumPy arrays in dicts, got a pickle without/],
  ])('refuses %s', async (file, message) => {
    await expect(openNumpyPickle(testdata(file))).rejects.toThrow(CheckpointFormatError);
    await expect(openNumpyPickle(testdata(file))).rejects.toThrow(message);
  });

  const array = (state: string) => `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\x85C\x01btR(${state}tb`;
  const float = 'cnumpy\ndtype\n(X\x02\0\0\0f4\x89\x88tR';
  const hostile: [string, string, RegExp][] = [
    ['an array of another class', 'cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\n)C\x01btR.', /numpy\.ndarray/],
    ['too few bytes', `${array(`K\x01K\x03\x85${float}\x89C\x04abcd`)}.`, /expected 12 bytes, got 4/],
    ['too many bytes', `${array(`K\x01)${float}\x89C\x05abcde`)}.`, /expected 4 bytes, got 5/],
    [
      'a shape past 2^53',
      `${array(`K\x01J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86${float}\x89C\x04abcd`)}.`,
      /expected \d+ bytes/,
    ],
    ['a negative size', `${array(`K\x01J\xff\xff\xff\xff\x85${float}\x89C\x00`)}.`, /shape/],
    ['data that is a list', `${array(`K\x01K\x01\x85${float}\x89]`)}.`, /Python objects/],
    ['no dtype', `${array('K\x01K\x01\x85N\x89C\x04abcd')}.`, /expected a dtype/],
    ['a state of one part', 'cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\ntR(K\x01tb.', /state of shape/],
    ['bytes in another encoding', 'c_codecs\nencode\n(X\x01\0\0\0aX\x05\0\0\0utf-7tR.', /Latin-1/],
    ['a name longer than a window', `c${'x'.repeat(70_000)}\nw\n.`, /end of line/],
    ['bytes longer than the file', 'B\xff\xff\xff\x7fabc.', /truncated/],
  ];
  it.each(hostile)('refuses %s', async (_, text, message) => {
    const opened = readNumpyPickle(bytesSource(ascii(`\x80\x03${text}`), 'f'));
    await expect(opened).rejects.toThrow(CheckpointFormatError);
    await expect(opened).rejects.toThrow(message);
  });

  it('refuses a text that is not the bytes it should be, when it is read', async () => {
    const withText = (characters: string) => {
      const text = `X${String.fromCharCode(characters.length & 255, characters.length >> 8)}\0\0${characters}`;
      const data = `c_codecs\nencode\n(${text}X\x06\0\0\0latin1tR`;
      return readNumpyPickle(
        bytesSource(ascii(`\x80\x02}X\x01\0\0\0w${array(`K\x01M\xf4\x01\x85${float}\x89${data}`)}s.`)),
      );
    };
    await expect(withText('a'.repeat(1999))).rejects.toThrow(/expected 2000 bytes, got 1999/);
    const sound = await (await withText('\xc3\xa9'.repeat(2000))).read('w');
    expect(new Uint8Array(sound.data.buffer)).toEqual(new Uint8Array(2000).fill(0xe9));
    for (const wrong of ['\xc4\x80'.repeat(1000), 'a'.repeat(2001), `${'a'.repeat(1999)}\xc3`, '\xe9'.repeat(2000)]) {
      await expect((await withText(wrong)).read('w')).rejects.toThrow(CheckpointFormatError);
    }
  });
});
