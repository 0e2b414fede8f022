// Loaded before tfjs-core's specs: they ask for the environments to run in while they are being imported.
import '@tensorflow/tfjs';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';

const backendName = process.env.CONFORMANCE_BACKEND;
setTestEnvs([{ name: backendName, backendName, isDataSync: false }]);
