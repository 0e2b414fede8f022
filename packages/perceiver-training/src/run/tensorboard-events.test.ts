import protobuf from 'protobufjs/minimal.js';
import { expect, test } from 'vitest';
import { crc32c } from './crc32c.js';
import { imageEvent } from './tensorboard-events.js';

/** Fields of a message by number; messages within stay bytes. */
function fieldsOf(bytes: Uint8Array): Record<number, unknown> {
  const reader = protobuf.Reader.create(bytes);
  const fields: Record<number, unknown> = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const type = tag & 7;
    if (type === 2) fields[tag >>> 3] = Uint8Array.from(reader.bytes());
    else fields[tag >>> 3] = type === 0 ? reader.uint32() : reader.double();
  }
  return fields;
}

test('a picture is a record with its size and its PNG', () => {
  const png = Uint8Array.of(137, 80, 78, 71);
  const bytes = Buffer.from(imageEvent(12.5, 7, { mistakes: { width: 30, height: 20, png } }));
  const length = Number(bytes.readBigUInt64LE(0));
  expect(bytes.length).toBe(length + 16);
  const data = bytes.subarray(12, 12 + length);
  const crc = crc32c(data);
  expect(bytes.readUInt32LE(12 + length)).toBe((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  const event = fieldsOf(data);
  expect(event).toMatchObject({ 1: 12.5, 2: 7 });
  const value = fieldsOf(fieldsOf(event[5] as Uint8Array)[1] as Uint8Array);
  expect(Buffer.from(value[1] as Uint8Array).toString()).toBe('mistakes');
  expect(fieldsOf(value[4] as Uint8Array)).toEqual({ 1: 20, 2: 30, 3: 3, 4: png });
});
