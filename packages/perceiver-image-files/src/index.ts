export { ImageFileError } from './image-file-error.js';
export { type ImageFormat, imageFormat } from './image-format.js';
export { type ImageSource, type ReadBytesOptions, sourceName } from './image-source.js';
export { pictureSheet } from './picture-sheet.js';
export { type ImagePart, type ReadImageOptions, readImage } from './read-image.js';
export { renderSvg } from './render-svg.js';
export { resizeWithSharp } from './resize-with-sharp.js';
export type { RgbImage } from './rgb-image.js';
export { encodePng } from './write-png.js';
