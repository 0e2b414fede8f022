import type { ImageProcessorOptions } from './image-processor.js';

/** A processor with changes; where the size alone is another, the same share of pictures is kept. */
export function changeProcessor(
  own: ImageProcessorOptions,
  changes: ImageProcessorOptions = {},
): ImageProcessorOptions {
  const changed = { ...own, ...changes };
  const { size: [height, width] = [224, 224], cropSize } = own;
  if (!cropSize || changes.cropSize !== undefined || changes.size === undefined) return changed;
  const [newHeight, newWidth] = changes.size;
  return { ...changed, cropSize: [(cropSize[0] * newHeight) / height, (cropSize[1] * newWidth) / width] };
}
