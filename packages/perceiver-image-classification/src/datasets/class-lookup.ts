import { imageNetClasses } from '../labels/imagenet-labels.js';

/** The index of a class by its label, by a word of it, or by its WordNet number where the classes are ImageNet's. */
export function classLookup(labels: readonly string[]): (name: string) => number | undefined {
  const known = new Map<string, number>();
  const plain = (name: string) => name.toLowerCase().replaceAll('_', ' ').trim();
  labels.forEach((label, index) => {
    for (const word of [label, ...label.split(',')]) if (!known.has(plain(word))) known.set(plain(word), index);
  });
  if (labels.length === imageNetClasses().length) {
    imageNetClasses().forEach(({ wnid }, index) => {
      known.set(wnid, index);
    });
  }
  return (name) => known.get(plain(name));
}
