import { cast, constant, emit, emitMany, reshape, scalar } from '../graph/emit.js';
import { dataValue, float, int, sizeOf, type Value } from '../graph/value.js';
import { multiHeadAttention, softmaxOver } from './attention.js';
import type { Kernel, KernelTable } from './kernel.js';
import { concatenate, sliceBox } from './structure.js';

const layerNormalization: Kernel = ({ inputs: { x, scale, offset }, attributes: { epsilon } }) => {
  const inputs = offset === undefined ? [x!, scale!] : [x!, scale!, offset];
  const reduced = [...x!.shape.slice(0, -1), 1];
  const specs = [x!.shape, reduced, reduced].map((shape) => ({ type: 'float32' as const, shape }));
  return emitMany('LayerNormalization', inputs, specs, { axis: int(-1), epsilon: float(epsilon) });
};

const rotaryEmbedding: Kernel = ({
  inputs: { x, cosine, sine },
  attributes: { numHeads, rotatedChannels },
  portable,
}) => {
  const [batch, length, channels] = x!.shape as [number, number, number];
  const headChannels = channels / numHeads;
  if (portable) return rotationOfParts(x!, cosine!, sine!, numHeads, rotatedChannels);
  // One row of angles for all examples, or every example's rows one after another.
  const shared = cosine!.shape[0] === 1;
  const rows = (angles: Value) => reshape(angles, [shared ? length : batch * length, rotatedChannels / 2]);
  const positions = shared
    ? constant('int64', [0], [1])
    : constant(
        'int64',
        Array.from({ length: batch * length }, (_, i) => i),
        [batch, length],
      );
  const attributes = {
    interleaved: int(1),
    num_heads: int(numHeads),
    ...(rotatedChannels === headChannels ? {} : { rotary_embedding_dim: int(rotatedChannels) }),
  };
  return emit(
    'RotaryEmbedding',
    [x!, positions, rows(cosine!), rows(sine!)],
    'float32',
    x!.shape,
    attributes,
    'com.microsoft',
  );
};

function rotationOfParts(x: Value, cosine: Value, sine: Value, numHeads: number, rotated: number): Value {
  const [batch, length, channels] = x.shape as [number, number, number];
  const headChannels = channels / numHeads;
  const heads = reshape(x, [batch, length, numHeads, headChannels]);
  const pairs = reshape(sliceBox(heads, [0, 0, 0, 0], [batch, length, numHeads, rotated]), [
    batch,
    length,
    numHeads,
    rotated / 2,
    2,
  ]);
  const half = (index: number) =>
    reshape(sliceBox(pairs, [0, 0, 0, 0, index], [...pairs.shape.slice(0, 4), 1]), pairs.shape.slice(0, 4));
  const angles = (value: Value) => reshape(value, [value.shape[0]!, length, 1, rotated / 2]);
  const [a, b, cos, sin] = [half(0), half(1), angles(cosine), angles(sine)] as const;
  const binary = (op: string, left: Value, right: Value) => emit(op, [left, right], 'float32', a.shape);
  const turned = [
    binary('Sub', binary('Mul', a, cos), binary('Mul', b, sin)),
    binary('Add', binary('Mul', b, cos), binary('Mul', a, sin)),
  ];
  const joined = concatenate(
    turned.map((value) => reshape(value, [...a.shape, 1])),
    4,
  );
  const front = reshape(joined, [batch, length, numHeads, rotated]);
  const rest = sliceBox(heads, [0, 0, 0, rotated], [batch, length, numHeads, headChannels - rotated]);
  return reshape(rotated === headChannels ? front : concatenate([front, rest], 3), x.shape);
}

const shiftRight = (x: Value, bits: number): Value =>
  emit('BitShift', [x, scalar('uint32', bits)], 'uint32', x.shape, { direction: { kind: 'string', value: 'RIGHT' } });

const xor = (a: Value, b: Value): Value =>
  emit('BitwiseXor', [a, b], 'uint32', a.shape.length >= b.shape.length ? a.shape : b.shape);

const uint32 = (op: 'Mul' | 'Add' | 'BitwiseAnd' | 'BitwiseOr', a: Value, b: Value): Value =>
  emit(op, [a, b], 'uint32', a.shape.length >= b.shape.length ? a.shape : b.shape);

const word = (value: number): Value => scalar('uint32', value >>> 0);

/** `mix32` of ops/counter-bits.ts. */
function mix(x: Value): Value {
  let y = xor(x, shiftRight(x, 17));
  y = uint32('Mul', y, word(0xed5ad4bb));
  y = xor(y, shiftRight(y, 11));
  y = uint32('Mul', y, word(0xac4c1b51));
  y = xor(y, shiftRight(y, 15));
  y = uint32('Mul', y, word(0x31848bab));
  return xor(y, shiftRight(y, 14));
}

const keyWord = (key: Value, index: number): Value =>
  cast(reshape(emit('Gather', [key, scalar('int32', index)], 'int32', [], { axis: int(0) }), []), 'uint32');

const foldInKey: Kernel = ({ inputs: { key, data } }) => {
  const [a, b] = [keyWord(key!, 0), keyWord(key!, 1)];
  const first = mix(xor(a, mix(uint32('Add', cast(reshape(data!, []), 'uint32'), word(0x7f4a7c15)))));
  const second = mix(uint32('Add', b, uint32('Mul', first, word(0x9e3779b1))));
  const words = [first, second].map((x) => reshape(cast(x, 'int32'), [1]));
  return emit('Concat', words, 'int32', [2], { axis: int(0) });
};

/** `counterBits` of ops/counter-bits.ts for the counters 0 .. size - 1. */
function counterBits(key: Value, size: number): Value {
  const counter = emit('Range', [scalar('int32', 0), scalar('int32', size), scalar('int32', 1)], 'int32', [size]);
  const step = uint32('BitwiseOr', keyWord(key, 0), word(1));
  return mix(uint32('Add', uint32('Mul', cast(counter, 'uint32'), step), keyWord(key, 1)));
}

export function counterUniform(key: Value, shape: readonly number[]): Value {
  const size = sizeOf(shape);
  // 24 bits are exact in float32; a uint32 of 24 bits is a whole int32.
  const fraction = cast(cast(shiftRight(counterBits(key, size), 8), 'int32'), 'float32');
  return reshape(emit('Mul', [fraction, constant('float32', [2 ** -24], [])], 'float32', [size]), shape);
}

const counterDropoutMask: Kernel = ({ inputs: { key }, attributes: { shape, threshold, scale } }) => {
  const size = sizeOf(shape);
  if (size === 0) return dataValue('float32', shape, new Float32Array(0));
  const half = Math.ceil(size / 2);
  const bits = counterBits(key!, half);
  const kept = (levels: Value): Value =>
    emit('GreaterOrEqual', [cast(levels, 'int32'), scalar('int32', threshold)], 'bool', [half]);
  const pair = concatenate([kept(uint32('BitwiseAnd', bits, word(0xffff))), kept(shiftRight(bits, 16))], 0);
  const mask = reshape(sliceBox(pair, [0], [size]), shape);
  return emit('Where', [mask, scalar('float32', scale), scalar('float32', 0)], 'float32', shape);
};

export const fusedKernels: KernelTable = {
  Softmax: ({ inputs: { logits } }) => softmaxOver('Softmax', cast(logits!, 'float32')),
  LogSoftmax: ({ inputs: { logits } }) => softmaxOver('LogSoftmax', cast(logits!, 'float32')),
  LayerNormalization: layerNormalization,
  MultiHeadAttention: multiHeadAttention,
  RotaryEmbedding: rotaryEmbedding,
  FoldInKey: foldInKey,
  CounterUniform: ({ inputs: { key }, attributes: { shape } }) => counterUniform(key!, shape),
  CounterDropoutMask: counterDropoutMask,
};
