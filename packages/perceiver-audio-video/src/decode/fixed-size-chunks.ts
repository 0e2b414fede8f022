/**
 * Cuts a stream of bytes into pieces of one size, each with memory of its own. The last piece may be shorter: it is cut to whole units,
 * and left out where that leaves nothing.
 */
export async function* fixedSizeChunks(
  stream: AsyncIterable<Uint8Array>,
  size: number,
  unit: number = size,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let piece = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of stream) {
    for (let read = 0; read < chunk.length; ) {
      const part = chunk.subarray(read, read + size - filled);
      piece.set(part, filled);
      read += part.length;
      filled += part.length;
      if (filled < size) continue;
      yield piece;
      piece = new Uint8Array(size);
      filled = 0;
    }
  }
  const whole = filled - (filled % unit);
  if (whole > 0) yield piece.subarray(0, whole);
}
