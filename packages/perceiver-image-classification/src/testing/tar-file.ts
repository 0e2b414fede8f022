const BLOCK = 512;

/** An archive of files, names up to 100 bytes, or longer ones as pax attributes do it. */
export function tarFile(files: readonly (readonly [name: string, content: Uint8Array | string])[]): Buffer {
  const blocks = files.flatMap(([name, content]) => {
    const bytes = Buffer.from(content as string);
    if (name.length <= 100) return entry(name, '0', bytes);
    const line = (length: number) => `${length} path=${name}\n`;
    const length = line(line(name.length + 10).length).length;
    return [...entry('pax', 'x', Buffer.from(line(length))), ...entry(name.slice(0, 100), '0', bytes)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function entry(name: string, type: string, content: Buffer): Buffer[] {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.write(
    header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0'),
    148,
  );
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}
