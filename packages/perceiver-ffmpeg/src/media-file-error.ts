/** A media file that cannot be read or written; the message names the file, the rule, what was expected and what came. */
export class MediaFileError extends Error {
  override readonly name = 'MediaFileError';
}
