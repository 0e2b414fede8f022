import { ImageFileError } from './image-file-error.js';

/**
 * The bytes at an http(s) address, at most `maxBytes`, within `timeout` milliseconds in all.
 *
 * @throws ImageFileError
 */
export async function downloadBytes(
  address: URL,
  name: string,
  maxBytes: number,
  timeout: number,
): Promise<Uint8Array> {
  const tooLarge = (size: number | string) =>
    new ImageFileError(`${name}: expected at most ${maxBytes} bytes, got ${size}`);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error(`no whole answer within ${timeout} ms`)), timeout);
  try {
    const response = await fetch(...withoutPassword(address, stop.signal));
    if (!response.ok) throw new ImageFileError(`${name}: expected an image, got HTTP status ${response.status}`);
    const promised = Number(response.headers.get('content-length') ?? 0);
    if (promised > maxBytes) throw tooLarge(promised);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += piece.byteLength;
      if (size > maxBytes) throw tooLarge('more');
      pieces.push(piece);
    }
    return Buffer.concat(pieces, size);
  } catch (error) {
    if (error instanceof ImageFileError) throw error;
    // fetch says "fetch failed" and keeps why in the cause.
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new ImageFileError(`${name}: expected an answer: ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
    // Ends what is still on its way.
    stop.abort();
  }
}

/** fetch takes no user and password in an address; they go into a header. */
function withoutPassword(address: URL, signal: AbortSignal): [URL, RequestInit] {
  const { username, password } = address;
  if (username === '' && password === '') return [address, { signal }];
  const plain = new URL(address);
  plain.username = '';
  plain.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return [plain, { signal, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } }];
}
