/** Every error of this package that concerns a checkpoint: catch this one to catch them all. */
export class CheckpointError extends Error {
  override name = 'CheckpointError';
}

/** A file is not what its format demands: truncated, damaged, hostile, or of an unsupported kind. */
export class CheckpointFormatError extends CheckpointError {
  override name = 'CheckpointFormatError';
  /** The file (a path, or the name given for bytes in memory). */
  readonly file: string;
  /** The rule that is broken, with what was expected and what was found. */
  readonly rule: string;

  constructor(file: string, rule: string, options?: ErrorOptions) {
    super(`${file}: ${rule}`, options);
    this.file = file;
    this.rule = rule;
  }
}

/** A file, a tensor or a repository is not where it was looked for. The message says what to do. */
export class CheckpointNotFoundError extends CheckpointError {
  override name = 'CheckpointNotFoundError';
}

/** The hub refused access: the repository is private or gated, or the token is wrong. */
export class CheckpointAccessError extends CheckpointError {
  override name = 'CheckpointAccessError';
}

/** A download did not finish. What arrived is kept; the same call continues where it stopped. */
export class CheckpointDownloadError extends CheckpointError {
  override name = 'CheckpointDownloadError';
}

/** A downloaded file has another size or hash than the hub announced. It was removed. */
export class CheckpointIntegrityError extends CheckpointError {
  override name = 'CheckpointIntegrityError';
}
