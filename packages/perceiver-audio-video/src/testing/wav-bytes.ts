/** A chunk of a RIFF file, padded to an even length. */
export function chunk(name: string, content: Uint8Array, size: number = content.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(name, 0, 'latin1');
  header.writeUInt32LE(size, 4);
  return Buffer.concat([header, content, Buffer.alloc(content.length % 2)]);
}

export interface FormatFields {
  readonly format?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly bits?: number;
  readonly block?: number;
}

/** The chunk that describes samples. */
export function formatChunk(fields: FormatFields = {}, extension: Uint8Array = new Uint8Array(0)): Buffer {
  const { format = 1, channels = 1, sampleRate = 8000, bits = 16, block = (channels * bits) / 8 } = fields;
  const content = Buffer.alloc(16);
  content.writeUInt16LE(format, 0);
  content.writeUInt16LE(channels, 2);
  content.writeUInt32LE(sampleRate, 4);
  content.writeUInt32LE(sampleRate * block, 8);
  content.writeUInt16LE(block, 12);
  content.writeUInt16LE(bits, 14);
  return chunk('fmt ', Buffer.concat([content, extension]));
}

/** A whole file of chunks. */
export function riff(...chunks: Uint8Array[]): Buffer {
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]));
}
