import type { EncodedText, SpecialIds, Tokenizer } from './tokenizer.js';

/** What a kind of tokenizer knows; the rest is the same for all. */
export interface SubwordParts {
  /** Tokens by id. */
  readonly tokens: readonly string[];
  readonly special: SpecialIds;
  /** Names that stand for a token wherever a text has them. */
  readonly names: ReadonlyMap<string, number>;
  /** Ids of text without names. A section behind a name goes on a text that has begun. */
  ids(text: string, isFirst: boolean): number[];
  /** Text of tokens none of which is special. */
  text(ids: readonly number[]): string;
  continuesWord(token: string): boolean;
}

/** A tokenizer from its parts. */
export function subwordTokenizer(parts: SubwordParts): Tokenizer {
  const { tokens, special, names } = parts;
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const { classification, separator } = special;
  const { unknown: _, ...frames } = special;
  const specialIds = new Set([...Object.values(frames).filter((id) => id !== undefined), ...names.values()]);
  // Unknown text is text all the same.
  specialIds.delete(special.unknown ?? -1);
  const pattern = namesPattern([...names.keys()]);
  const withNames = (text: string): number[] => {
    if (pattern === undefined) return parts.ids(text, true);
    // What the pattern captures stands at odd places.
    return text
      .split(pattern)
      .flatMap((section, i) => (i % 2 === 1 ? [names.get(section)!] : parts.ids(section, i === 0)));
  };
  return {
    vocabSize: tokens.length,
    special,
    encodePlain: (text) => parts.ids(wellFormed(text), true),
    encode(text, { pair, addSpecialTokens = true, maxLength } = {}) {
      const texts = [text, ...(pair === undefined ? [] : [pair])].map((one) => withNames(wellFormed(one)));
      const start = addSpecialTokens && classification !== undefined ? [classification] : [];
      const end = addSpecialTokens && separator !== undefined ? [separator] : [];
      cutToFit(texts, maxLength, start.length + texts.length * end.length);
      return framed(texts, start, end);
    },
    decode(given, { skipSpecialTokens = true } = {}) {
      for (const id of given) {
        if (tokens[id] === undefined) throw new RangeError(`decode: expected ids below ${tokens.length}, got ${id}`);
      }
      const words: string[] = [];
      let plain: number[] = [];
      const flush = () => {
        if (plain.length > 0) words.push(parts.text(plain));
        plain = [];
      };
      for (const id of given) {
        if (!specialIds.has(id)) plain.push(id);
        else if (!skipSpecialTokens) {
          flush();
          words.push(tokens[id]!);
        }
      }
      flush();
      return words.join(' ');
    },
    tokenOf: (id) => tokens[id],
    idOf: (token) => ids.get(token),
    continuesWord: (id) => !specialIds.has(id) && parts.continuesWord(tokens[id] ?? ''),
  };
}

/** Text that UTF-8 can hold: halves of characters become U+FFFD. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** Matches the names, longest first, and captures them; undefined for none. */
function namesPattern(names: readonly string[]): RegExp | undefined {
  if (names.length === 0) return undefined;
  const escaped = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(${escaped.join('|')})`, 'u');
}

function cutToFit(texts: number[][], maxLength: number | undefined, frame: number): void {
  if (maxLength === undefined) return;
  if (!Number.isInteger(maxLength) || maxLength < frame) {
    throw new RangeError(`encode: expected an integer maxLength of at least ${frame}, got ${maxLength}`);
  }
  const [first, second = []] = texts as [number[], number[]?];
  let excess = first.length + second.length - (maxLength - frame);
  for (; excess > 0; excess--) (first.length > second.length ? first : second).pop();
}

function framed(texts: readonly number[][], start: readonly number[], end: readonly number[]): EncodedText {
  const ids: number[] = [...start];
  const typeIds: number[] = start.map(() => 0);
  texts.forEach((text, type) => {
    for (const id of text) ids.push(id);
    ids.push(...end);
    while (typeIds.length < ids.length) typeIds.push(type);
  });
  return { ids, typeIds };
}
