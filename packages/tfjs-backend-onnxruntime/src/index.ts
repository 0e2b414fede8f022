export { aliasViews, type FlatLayout } from './alias-views.js';
export { type JitOptions, type Jitted, jit } from './jit.js';
export { flatten, unflatten } from './nested.js';
export { type AttentionOptions, attention, attentionProbabilities, joinHeads, splitHeads } from './ops/attention.js';
export { gelu } from './ops/gelu.js';
export { layerNorm } from './ops/layer-norm.js';
export { linear } from './ops/linear.js';
export { counterUniform, dropout, foldIn, keyWords, type RandomKey, randomKey } from './ops/random.js';
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.js';
