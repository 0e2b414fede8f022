/** Bytes that a pickle holds and that were left in the file. */
export class StoredBytes {
  constructor(
    /** Absolute position in the file. */
    readonly byteOffset: number,
    readonly byteLength: number,
  ) {}
}

/** A long text that a pickle holds in UTF-8 and that was left in the file: in protocol 2 bytes are written so. */
export class StoredText {
  constructor(
    /** Absolute position in the file. */
    readonly byteOffset: number,
    /** Of the UTF-8. */
    readonly byteLength: number,
  ) {}
}
