/** A data set that cannot be read; the message names the file or folder, what was expected and what came. */
export class ImageDataError extends Error {
  override readonly name = 'ImageDataError';
}
