/** Something that this backend cannot do, and what to do instead. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

/** A kernel that has no ONNX form here. */
export class KernelMissingError extends Error {
  override readonly name = 'KernelMissingError';
  constructor(
    readonly kernelName: string,
    detail: string,
  ) {
    super(detail);
  }
}
