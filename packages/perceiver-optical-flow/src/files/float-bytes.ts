/** Whether this machine's numbers are little-endian, as nearly all are. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function swapped(bytes: Uint8Array, size: 2 | 4): Uint8Array {
  const turned = Buffer.from(bytes);
  return size === 4 ? turned.swap32() : turned.swap16();
}

/** Float32 numbers of bytes, copied. */
export function floatsOf(bytes: Uint8Array, littleEndian: boolean): Float32Array {
  return new Float32Array(new Uint8Array(littleEndian === LITTLE_ENDIAN ? bytes : swapped(bytes, 4)).buffer);
}

/** Little-endian bytes of float32 numbers. */
export function floatBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return LITTLE_ENDIAN ? bytes : swapped(bytes, 4);
}

/** 16-bit numbers of big-endian bytes, copied. */
export function bigEndianWords(bytes: Uint8Array): Uint16Array {
  const words = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < words.length; i++) words[i] = bytes[2 * i]! * 256 + bytes[2 * i + 1]!;
  return words;
}
