import { IMAGENET_SYNSETS } from './imagenet-synsets.js';

/** A class of ImageNet. */
export interface ImageNetClass {
  /** WordNet number, such as `n01440764`. */
  readonly wnid: string;
  /** All words of the synset, such as `tench, Tinca tinca`. */
  readonly label: string;
}

let classes: readonly ImageNetClass[] | undefined;

/** The 1000 classes of ImageNet by their indices (ILSVRC 2012). */
export function imageNetClasses(): readonly ImageNetClass[] {
  classes ??= IMAGENET_SYNSETS.split('\n').map((line) => ({ wnid: line.slice(0, 9), label: line.slice(10) }));
  return classes;
}
