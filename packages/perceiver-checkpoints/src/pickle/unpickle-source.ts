import type { ByteSource } from '../byte-source.js';
import { PickleCursor } from './pickle-cursor.js';
import type { PickleGlobals } from './pickle-value.js';
import { pickleMachine, type Unpickled } from './unpickle.js';

const WINDOW = 64 * 1024;
// More than the arguments of any operation may take, but for bytes and long texts, which stay in the file.
const ARGUMENTS = 8 * 1024;

/**
 * Reads a pickle from a source of any size without its data: byte strings become StoredBytes, long texts StoredText, both
 * left where they are. Otherwise as `unpickle`. A pickle of 800 MB of arrays takes a few megabytes.
 */
export async function unpickleSource(source: ByteSource, globals: PickleGlobals): Promise<Unpickled> {
  const cursor = new PickleCursor(source.name, new Uint8Array(0), source.size);
  const machine = pickleMachine(cursor, { globals });
  do {
    const { position } = cursor;
    if (!cursor.holds(Math.min(ARGUMENTS, source.size - position))) {
      const bytes = new Uint8Array(Math.min(WINDOW, source.size - position));
      await source.read(bytes, position);
      cursor.moveWindow(position, bytes);
    }
  } while (machine.step());
  return { value: machine.result(), length: cursor.position };
}
