import * as tf from '@tensorflow/tfjs';

/** Whether views of a buffer share its memory on the current engine, and donated tensors are written in place. */
export function sharesMemory(): boolean {
  return tf.getBackend() === 'onnxruntime';
}
