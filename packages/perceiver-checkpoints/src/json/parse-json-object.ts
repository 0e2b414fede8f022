import { CheckpointFormatError } from '../errors.js';

/** The most JSON that is read at once: a safetensors header of 300,000 tensors, or any config.json. */
export const LARGEST_JSON: number = 32 * 2 ** 20;

// JSON.parse needs gigabytes for a hostile text of nothing but brackets; real ones are flat, and mostly text.
const DEEPEST = 32;
const MOST_SMALL_CONTAINERS = 10_000;
const BYTES_PER_CONTAINER = 8;

/**
 * Parses UTF-8 JSON that must be an object, with bounds on what a hostile text can make of memory and time.
 * `what` names the text in errors, for example `header: `. Throws CheckpointFormatError.
 */
export function parseJsonObject(file: string, bytes: Uint8Array, what = ''): Readonly<Record<string, unknown>> {
  const fail = (rule: string, cause?: unknown): never => {
    throw new CheckpointFormatError(file, `${what}${rule}`, { cause });
  };
  if (bytes.byteLength > LARGEST_JSON) fail(`expected at most ${LARGEST_JSON} bytes, got ${bytes.byteLength}`);
  const { depth, containers } = measure(bytes);
  if (depth > DEEPEST) fail(`expected JSON nested at most ${DEEPEST} deep`);
  const most = MOST_SMALL_CONTAINERS + bytes.byteLength / BYTES_PER_CONTAINER;
  if (containers > most) fail(`expected JSON with at most ${Math.floor(most)} arrays and objects, got ${containers}`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    return fail(`expected JSON in UTF-8 (${(error as Error).message})`, error);
  }
  return isRecord(value) ? value : fail('expected a JSON object');
}

/** Whether a value of a JSON text is an object, not an array or null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How deep brackets are nested, and how many there are; those inside of strings do not count. */
function measure(bytes: Uint8Array): { depth: number; containers: number } {
  let depth = 0;
  let level = 0;
  let containers = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      containers++;
      depth = Math.max(depth, ++level);
    } else if (byte === 0x7d || byte === 0x5d) level--;
  }
  return { depth, containers };
}
