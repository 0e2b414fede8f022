export { ImageFileError } from './image-file-error.js';
export { pictureSheet } from './picture-sheet.js';
export { type ImageSource, type ReadImageOptions, readImage, sourceName } from './read-image.js';
export { resizeWithSharp } from './resize-with-sharp.js';
export type { RgbImage } from './rgb-image.js';
export { encodePng } from './write-png.js';
