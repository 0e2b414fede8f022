import { TokenizerError } from '../errors.js';
import { type LibraryTokenizer, libraryTokenizer } from '../library.js';
import { findSpecialIds } from '../special-ids.js';
import { subwordTokenizer } from '../subword-tokenizer.js';
import type { SpecialIds, Tokenizer } from '../tokenizer.js';
import { SPACE, unigramModel } from '../unigram/unigram-model.js';
import { readTokenizerJson, type TokenizerJson } from './read-tokenizer-json.js';
import { textNormalizer } from './text-normalizer.js';

/**
 * A tokenizer from the text of a `tokenizer.json` (WordPiece or Unigram).
 *
 * @throws TokenizerError
 */
export function jsonTokenizer(file: string, text: string): Tokenizer {
  const read = readTokenizerJson(file, text);
  const { model, added, normalizer } = read;
  const library = openLibrary(file, read);
  const tokens = tokensById(file, read);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const special: SpecialIds = {
    ...findSpecialIds((name) => ids.get(name)),
    unknown: model.type === 'Unigram' ? model.unknownId : ids.get(model.unknown),
  };
  checkFrame(file, library, special);
  const normalize = textNormalizer(file, normalizer);
  const words = (sectionText: string, isFirst: boolean): string[] => {
    const normalized = normalize(sectionText);
    if (normalized === '') return [];
    return library.pre_tokenizer?.pre_tokenize(normalized, { section_index: isFirst ? 0 : 1 }) ?? [normalized];
  };
  const idsOfWords = model.type === 'Unigram' ? unigramWords(read) : wordPieces(library, ids, special.unknown!);
  return subwordTokenizer({
    tokens,
    special,
    names: new Map(added.map(({ id, content }) => [content, id])),
    ids: (section, isFirst) => idsOfWords(words(section, isFirst)),
    text: (given) => library.decode([...given], { skip_special_tokens: false }),
    continuesWord:
      model.type === 'Unigram' ? (token) => !token.startsWith(SPACE) : (token) => token.startsWith(model.prefix),
  });
}

function openLibrary(file: string, { json }: TokenizerJson): LibraryTokenizer {
  try {
    return libraryTokenizer(json);
  } catch (error) {
    throw new TokenizerError(file, `expected a tokenizer.json (${(error as Error).message})`, { cause: error });
  }
}

function tokensById(file: string, { model, added }: TokenizerJson): string[] {
  const tokens: string[] = [];
  if (model.type === 'Unigram') tokens.push(...model.vocab.map(([token]) => token));
  else for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  for (const { id, content } of added) tokens[id] = content;
  for (let id = 0; id < tokens.length; id++) {
    if (tokens[id] === undefined) throw new TokenizerError(file, `expected a token for every id, found none for ${id}`);
  }
  return tokens;
}

/** What a tokenizer puts around texts must be what is put there here: `[CLS] a [SEP] b [SEP]`. */
function checkFrame(file: string, library: LibraryTokenizer, { classification, separator }: SpecialIds): void {
  const [a, b] = [
    library.encode('a', { add_special_tokens: false }),
    library.encode('b', { add_special_tokens: false }),
  ];
  const end = separator === undefined ? [] : [separator];
  const framed = [...(classification === undefined ? [] : [classification]), ...a.ids, ...end, ...b.ids, ...end];
  const got = library.encode('a', { text_pair: 'b' });
  if (library.post_processor !== null && got.ids.join() !== framed.join()) {
    throw new TokenizerError(file, `post_processor: expected [CLS] a [SEP] b [SEP], got ${got.tokens.join(' ')}`);
  }
}

function wordPieces(library: LibraryTokenizer, ids: ReadonlyMap<string, number>, unknown: number) {
  return (words: string[]): number[] => library.model._call(words).map((token) => ids.get(token) ?? unknown);
}

function unigramWords({ model, added }: TokenizerJson) {
  const { vocab, unknownId } = model as Extract<TokenizerJson['model'], { type: 'Unigram' }>;
  const special = new Set(added.filter((one) => one.special).map(({ content }) => content));
  const pieces = vocab.map(([token, score], id) => ({
    token,
    score,
    isText: id !== unknownId && !special.has(token),
  }));
  const idsOf = unigramModel(pieces, unknownId);
  return (words: string[]): number[] => words.flatMap((word) => idsOf(word));
}
