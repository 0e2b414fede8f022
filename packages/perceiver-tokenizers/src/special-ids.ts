import type { SpecialIds } from './tokenizer.js';

/** Names that vocabularies give a special token, the usual one first. */
const NAMES: Readonly<Record<keyof SpecialIds, readonly string[]>> = {
  padding: ['[PAD]', '<pad>'],
  unknown: ['[UNK]', '<unk>'],
  classification: ['[CLS]', '<cls>', '<s>'],
  separator: ['[SEP]', '<sep>', '</s>'],
  mask: ['[MASK]', '<mask>'],
};

/** The special tokens of a vocabulary, by their usual names. */
export function findSpecialIds(idOf: (token: string) => number | undefined): SpecialIds {
  const find = (kind: keyof SpecialIds) => {
    for (const name of NAMES[kind]) {
      const id = idOf(name);
      if (id !== undefined) return id;
    }
    return undefined;
  };
  return {
    padding: find('padding'),
    unknown: find('unknown'),
    classification: find('classification'),
    separator: find('separator'),
    mask: find('mask'),
  };
}

/** The special tokens that a vocabulary lacks, by their usual names; unknown text is left out. */
export function missingSpecialTokens(special: SpecialIds): string[] {
  const kinds = ['padding', 'classification', 'separator', 'mask'] as const;
  return kinds.filter((kind) => special[kind] === undefined).map((kind) => NAMES[kind][0]!);
}
