/** The largest structure that is read; that of a model with 100,000 tensors has some 30 MB. */
export const LARGEST_PICKLE: number = 64 * 2 ** 20;
