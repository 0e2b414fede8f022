import { basename } from 'node:path';

/** Top-1 accuracy of the released models on ImageNet's 50,000 validation pictures (Perceiver IO, section 4.6). */
const TOP1: Readonly<Record<string, number>> = {
  'vision-perceiver-learned': 0.727,
  'vision-perceiver-fourier': 0.79,
  'vision-perceiver-conv': 0.821,
};

/** What the paper gives for a released model, by its name on the hub or a folder of that name; undefined for others. */
export function publishedAccuracy(idOrPath: string): number | undefined {
  const name = basename(idOrPath);
  return Object.hasOwn(TOP1, name) ? TOP1[name] : undefined;
}
