// What worker threads need of this package, without TensorFlow.js.
export { type HostRandom, hostRandom } from './random/host-random.js';
export { permutation } from './random/permutation.js';
export { DATA_STREAM, FIRST_FREE_STREAM, INITIALIZATION_STREAM, STEP_STREAM } from './random/streams.js';
