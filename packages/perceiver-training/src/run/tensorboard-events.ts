import protobuf from 'protobufjs/minimal.js';
import { crc32c } from './crc32c.js';

// Field numbers of tensorflow/core/util/event.proto and framework/summary.proto.
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 };
const TAG = (field: number, wireType: number) => (field << 3) | wireType;
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** The first record of an event file. */
export function versionEvent(wallTime: number): Uint8Array {
  return record(event(wallTime, 0).uint32(TAG(EVENT.fileVersion, BYTES)).string('brain.Event:2'));
}

/** Tells TensorBoard that what earlier files of the folder say from `step` on is void, since a run resumed there. */
export function restartEvent(wallTime: number, step: number): Uint8Array {
  const START = 1;
  const writer = event(wallTime, step).uint32(TAG(EVENT.sessionLog, BYTES)).fork();
  return record(writer.uint32(TAG(1, VARINT)).int32(START).ldelim());
}

/** Scalars of a step, by tag such as `train/loss`. */
export function scalarEvent(wallTime: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const writer = event(wallTime, step).uint32(TAG(EVENT.summary, BYTES)).fork();
  for (const [tag, value] of Object.entries(scalars)) {
    writer.uint32(TAG(1, BYTES)).fork();
    writer.uint32(TAG(1, BYTES)).string(tag).uint32(TAG(2, FIXED32)).float(value);
    writer.ldelim();
  }
  return record(writer.ldelim());
}

/** A picture for TensorBoard. */
export interface EventImage {
  readonly width: number;
  readonly height: number;
  /** Bytes of a PNG file. */
  readonly png: Uint8Array;
}

/** Pictures of a step, by tag. */
export function imageEvent(wallTime: number, step: number, images: Readonly<Record<string, EventImage>>): Uint8Array {
  const RGB = 3;
  const writer = event(wallTime, step).uint32(TAG(EVENT.summary, BYTES)).fork();
  for (const [tag, { width, height, png }] of Object.entries(images)) {
    writer.uint32(TAG(1, BYTES)).fork();
    writer.uint32(TAG(1, BYTES)).string(tag).uint32(TAG(4, BYTES)).fork();
    writer.uint32(TAG(1, VARINT)).int32(height).uint32(TAG(2, VARINT)).int32(width);
    writer.uint32(TAG(3, VARINT)).int32(RGB).uint32(TAG(4, BYTES)).bytes(png);
    writer.ldelim().ldelim();
  }
  return record(writer.ldelim());
}

function event(wallTime: number, step: number): protobuf.Writer {
  const writer = protobuf.Writer.create();
  return writer.uint32(TAG(EVENT.wallTime, FIXED64)).double(wallTime).uint32(TAG(EVENT.step, VARINT)).int64(step);
}

/** TFRecord framing: length, masked checksum of the length, data, masked checksum of the data. */
function record(writer: protobuf.Writer): Uint8Array {
  const data = writer.finish();
  const bytes = Buffer.alloc(data.length + 16);
  bytes.writeBigUInt64LE(BigInt(data.length), 0);
  bytes.writeUInt32LE(masked(bytes.subarray(0, 8)), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(masked(data), 12 + data.length);
  return bytes;
}

function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
