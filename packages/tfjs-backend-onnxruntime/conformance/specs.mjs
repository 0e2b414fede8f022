// The operation specs that tfjs-core publishes, in one bundle with this backend, so that all share one tfjs-core.
import './environment.mjs';
import 'specs:tfjs-core';

export { registerOnnxRuntime } from '../src/index.ts';
