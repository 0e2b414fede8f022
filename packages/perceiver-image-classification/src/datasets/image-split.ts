/** Pictures to train on, or those held out to measure with: the test files of MNIST and CIFAR, the `val` of ImageNet. */
export const IMAGE_SPLITS = ['train', 'test'] as const;
export type ImageSplit = (typeof IMAGE_SPLITS)[number];
