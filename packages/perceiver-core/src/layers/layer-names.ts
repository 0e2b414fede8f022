/** Names of the parameters within one attention layer. */
export interface LayerNames {
  readonly queryNorm: string;
  /** Norm of keys and values in a cross-attend. */
  readonly keyValueNorm: string;
  /** The one norm of a self-attend. */
  readonly selfNorm: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly mlpNorm: string;
  readonly mlpIn: string;
  readonly mlpOut: string;
}

/** As in the released checkpoints in the Hugging Face format. */
export const hubLayerNames: LayerNames = {
  queryNorm: 'attention.self.layernorm1',
  keyValueNorm: 'attention.self.layernorm2',
  selfNorm: 'attention.self.layernorm1',
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  output: 'attention.output.dense',
  mlpNorm: 'layernorm',
  mlpIn: 'mlp.dense1',
  mlpOut: 'mlp.dense2',
};

/** As in checkpoints of the `perceiver-io` package, the only ones there are of Perceiver AR in PyTorch. */
export const perceiverIoLayerNames: LayerNames = {
  queryNorm: '0.module.q_norm',
  keyValueNorm: '0.module.kv_norm',
  selfNorm: '0.module.norm',
  query: '0.module.attention.q_proj',
  key: '0.module.attention.k_proj',
  value: '0.module.attention.v_proj',
  output: '0.module.attention.o_proj',
  mlpNorm: '1.module.0',
  mlpIn: '1.module.1',
  mlpOut: '1.module.3',
};
