import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { byteTokenizer } from './bytes/byte-tokenizer.js';
import { TokenizerError } from './errors.js';
import { openTokenizer } from './open-tokenizer.js';
import { sentencePieceTokenizer } from './sentencepiece/sentencepiece-tokenizer.js';
import { jsonTokenizer } from './tokenizer-json/json-tokenizer.js';

const testdata = (name: string) => fileURLToPath(new URL(`testdata/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tokenizers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const unigramBytes = readFileSync(testdata('alice-unigram.model'));
const unigram = sentencePieceTokenizer('alice-unigram.model', unigramBytes);
const wordPieceText = readFileSync(testdata('alice-wordpiece.json'), 'utf8');
const wordPiece = jsonTokenizer('alice-wordpiece.json', wordPieceText);

describe('SentencePiece', () => {
  const cases = JSON.parse(readFileSync(testdata('alice-unigram-cases.json'), 'utf8')) as [string, number[], string][];

  it('gives the ids and the texts of the original', () => {
    expect(cases.length).toBeGreaterThan(150);
    for (const [text, ids, decoded] of cases) {
      expect(unigram.encodePlain(text), JSON.stringify(text)).toEqual(ids);
      expect(unigram.decode(ids)).toBe(decoded);
    }
  });

  it('reads names of special tokens, and continues the word that a mask is in', () => {
    const tokens = (text: string) => unigram.encode(text).ids.map((id) => unigram.tokenOf(id));
    expect(tokens('The [MASK] said.')).toEqual(['[CLS]', '▁The', '[MASK]', '▁said', '.', '[SEP]']);
    expect(tokens('[MASK]ing').slice(1, -1)).toEqual(['[MASK]', 'ing']);
    expect(unigram.encodePlain('[MASK]')).not.toContain(unigram.special.mask);
    expect(unigram.decode(unigram.encode('The [MASK] said.').ids, { skipSpecialTokens: false })).toBe(
      '[CLS] The [MASK] said. [SEP]',
    );
  });

  it('refuses what is no model, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.nat(unigramBytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bytes = Uint8Array.from(unigramBytes);
        bytes[at] = byte;
        try {
          sentencePieceTokenizer('broken.model', cut ? bytes.subarray(0, at) : bytes).encode('Alice — said “[MASK]”');
        } catch (error) {
          expect(error).toBeInstanceOf(TokenizerError);
          expect((error as Error).message).toMatch(/^broken\.model: /);
        }
      }),
      { numRuns: 60 },
    );
    expect(() => sentencePieceTokenizer('a.model', new Uint8Array())).toThrow('found no pieces');
    expect(() => sentencePieceTokenizer('a.model', Uint8Array.of(0x0a, 0x7f, 1))).toThrow(
      'a.model: expected a SentencePiece model',
    );
  });
});

describe('WordPiece', () => {
  const cases = JSON.parse(readFileSync(testdata('alice-wordpiece-cases.json'), 'utf8')) as [string, number[]][];

  it('gives the ids of the original', () => {
    expect(cases.length).toBeGreaterThan(150);
    for (const [text, ids] of cases) expect(wordPiece.encode(text).ids, JSON.stringify(text)).toEqual(ids);
  });

  it('frames one text or two, and says which is which', () => {
    const tokens = ({ ids }: { ids: readonly number[] }) => ids.map((id) => wordPiece.tokenOf(id)).join(' ');
    const pair = wordPiece.encode('the cat', { pair: 'the queen' });
    expect(tokens(pair)).toBe('[CLS] the cat [SEP] the queen [SEP]');
    expect(pair.typeIds).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(tokens(wordPiece.encode('the cat', { pair: 'the queen', maxLength: 6 }))).toBe(
      '[CLS] the cat [SEP] the [SEP]',
    );
    expect(tokens(wordPiece.encode('the cat', { addSpecialTokens: false }))).toBe('the cat');
    expect(() => wordPiece.encode('a', { pair: 'b', maxLength: 2 })).toThrow('maxLength of at least 3, got 2');
    expect(() => wordPiece.decode([1000])).toThrow('expected ids below 1000, got 1000');
  });

  it('says which tokens continue a word', () => {
    const { ids } = wordPiece.encode('supercalifragilistic', { addSpecialTokens: false });
    expect(ids.length).toBeGreaterThan(2);
    expect(ids.map((id) => wordPiece.continuesWord(id))).toEqual(ids.map((_, i) => i > 0));
    expect(wordPiece.decode(ids)).toBe('supercalifragilistic');
  });

  const json = JSON.parse(wordPieceText);
  it.each([
    ['{', 'expected JSON'],
    ['[]', 'expected a tokenizer.json with a model'],
    [{ ...json, model: { type: 'BPE', vocab: {}, merges: [] } }, 'expected a WordPiece or Unigram model, got "BPE"'],
    [{ ...json, model: { ...json.model, vocab: { a: 1e9 } } }, 'vocab: expected whole numbers'],
    [{ ...json, model: { ...json.model, vocab: { a: 9 } } }, 'expected a token for every id, found none for 5'],
    [{ ...json, added_tokens: [{ id: 1 }] }, 'added_tokens: expected a list of tokens'],
    [
      { ...json, normalizer: { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' } },
      'Replace: expected no pattern but " {2,}"',
    ],
    [{ ...json, pre_tokenizer: { type: 'Split' } }, 'expected steps of a WordPiece or Unigram tokenizer, got "Split"'],
    [
      { ...json, post_processor: { type: 'RobertaProcessing', cls: ['[CLS]', 2], sep: ['[SEP]', 3] } },
      'post_processor: expected [CLS] a [SEP] b [SEP]',
    ],
  ])('refuses %#', (value, message) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(() => jsonTokenizer('tokenizer.json', text)).toThrow(`tokenizer.json: ${message}`);
  });
});

describe('bytes', () => {
  it('are tokens behind six special ones', () => {
    const { ids } = byteTokenizer.encode('a[MASK]é');
    expect(ids).toEqual([4, 103, 3, 201, 175, 5]);
    expect(byteTokenizer.decode(ids, { skipSpecialTokens: false })).toBe('[CLS] a [MASK] é [SEP]');
    expect(byteTokenizer.encodePlain('to be').map((id) => byteTokenizer.continuesWord(id))).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
  });

  it('give back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(byteTokenizer.decode(byteTokenizer.encodePlain(text))).toBe(text);
      }),
    );
  });
});

describe('openTokenizer', () => {
  it('opens each kind of file', async () => {
    expect((await openTokenizer(testdata('alice-unigram.model'))).vocabSize).toBe(1000);
    expect((await openTokenizer(testdata('alice-wordpiece.json'))).special.mask).toBe(4);
    const vocab = join(folder, 'vocab.txt');
    const lines = Array.from({ length: 1000 }, (_, id) => wordPiece.tokenOf(id));
    writeFileSync(vocab, `${lines.join('\n')}\n`);
    const tokenizer = await openTokenizer(vocab);
    for (const text of ['Off with her head!', 'café 漢字', 'The [MASK] barked.']) {
      expect(tokenizer.encode(text)).toEqual(wordPiece.encode(text));
    }
    writeFileSync(join(folder, 'tokenizer_config.json'), '{"do_lower_case": false}');
    const cased = await openTokenizer(vocab);
    expect(cased.encode('Alice').ids).not.toEqual(wordPiece.encode('Alice').ids);
  });

  it('says what is wrong with a file', async () => {
    writeFileSync(join(folder, 'tokenizer.json'), Uint8Array.of(0xff, 0xfe));
    await expect(openTokenizer(join(folder, 'tokenizer.json'))).rejects.toThrow('expected text in UTF-8');
    writeFileSync(join(folder, 'words.txt'), 'a\nb\n');
    await expect(openTokenizer(join(folder, 'words.txt'))).rejects.toThrow('expected a line [PAD], found none in 2');
    await expect(openTokenizer(join(folder, 'none.json'))).rejects.toThrow('ENOENT');
  });
});
