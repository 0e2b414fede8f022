// Loads a built module and computes with it: node verify.mjs MODULE, the directory of @tensorflow/tfjs-node.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import util from 'node:util';

// Node 23 removed two functions of node:util that tfjs-node 4.22 calls. selectEngine does the same.
const utilities = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (util));
utilities.isNullOrUndefined ??= (/** @type {unknown} */ value) => value === null || value === undefined;
utilities.isArray ??= Array.isArray;

const module = resolve(process.argv[2] ?? '.');
const tf = createRequire(join(module, 'package.json'))(module);
await tf.setBackend('tensorflow');
const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
const gradient = tf.grad((/** @type {any} */ x) => tf.sum(tf.square(x)))(tf.tensor1d([3, -4]));
const rounded = tf.round(tf.tensor1d([5, -7], 'int32'));
const expected = '[19,22,43,50] [6,-8] [5,-7]';
const got = [product, gradient, rounded].map((one) => JSON.stringify(Array.from(one.dataSync()))).join(' ');
if (got !== expected) throw new Error(`${module}: expected ${expected}, got ${got}`);
console.log(
  `@tensorflow/tfjs-node ${tf.version['tfjs-node']} computes with TensorFlow ${tf.backend().binding.TF_Version}`,
);
