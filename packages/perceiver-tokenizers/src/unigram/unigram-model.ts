import { libraryTokenizer } from '../library.js';

/** A piece of a unigram vocabulary. */
export interface UnigramPiece {
  readonly token: string;
  /** Log probability. */
  readonly score: number;
  /** Whether text may be made of it; not so for special tokens. */
  readonly isText: boolean;
}

/** What stands between words in a normalised text, and before them in pieces. */
export const SPACE = '\u2581';

/** Words whose pieces are remembered; then it begins anew. */
const REMEMBERED_WORDS = 50_000;

/**
 * The most probable pieces of a text under a unigram model (Kudo, 2018): ids of a normalised text.
 *
 * @param unknownId the piece of characters that no other has
 * @param unknown ids of such characters; one `unknownId` for a run of them by default
 */
export function unigramModel(
  pieces: readonly UnigramPiece[],
  unknownId: number,
  unknown: (text: string) => readonly number[] = () => [unknownId],
): (normalized: string) => number[] {
  // A lone surrogate is in no text, so these pieces are never found in one.
  const vocab = pieces.map(({ token, score, isText }, id): [string, number] => [
    isText ? token : `\ud800${id}`,
    isText ? score : Number.POSITIVE_INFINITY,
  ]);
  const { model } = libraryTokenizer({ model: { type: 'Unigram', vocab, unk_id: unknownId } });
  const idsOf = (text: string): number[] =>
    model._call([text]).flatMap((token) => model.tokens_to_ids.get(token) ?? unknown(token));
  const remembered = new Map<string, readonly number[]>();
  const idsOfWord = (word: string): readonly number[] => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED_WORDS) remembered.clear();
    const ids = idsOf(word);
    remembered.set(word, ids);
    return ids;
  };
  const staysInWord = pieces.every(({ token, isText }) => !isText || !/[^\u2581]\u2581/u.test(token));
  return (normalized) => {
    if (normalized === '') return [];
    if (!staysInWord) return idsOf(normalized);
    const ids: number[] = [];
    for (const word of normalized.split(/(?<=[^\u2581])(?=\u2581)/u)) {
      for (const id of idsOfWord(word)) {
        if (id !== unknownId || ids.at(-1) !== unknownId) ids.push(id);
      }
    }
    return ids;
  };
}
