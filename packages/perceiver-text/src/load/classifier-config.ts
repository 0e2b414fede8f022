import type { ModelKind } from 'perceiver-inference';
import {
  type SequenceClassifier,
  type SequenceClassifierConfig,
  sequenceClassifier,
  sequenceClassifierConfigFromHub,
  sequenceClassifierConfigFromPackage,
} from '../model/sequence-classifier.js';

/** A sequence classifier and what its classes are called. */
export interface LabelledClassifierConfig extends SequenceClassifierConfig {
  /** A name a class. */
  readonly labels: readonly string[];
}

/**
 * Reads the `config.json` of a sequence classifier: Hugging Face's, or that of the `perceiver-io` package's TextClassifier. Classes without
 * names are called `LABEL_0` and so on.
 *
 * @throws ModelError
 */
export function parseClassifierConfig(json: unknown): LabelledClassifierConfig {
  const record = json as { encoder?: unknown; model_config?: unknown; id2label?: Record<string, unknown> } | null;
  const isPackage = record?.encoder !== undefined || record?.model_config !== undefined;
  const config = isPackage ? sequenceClassifierConfigFromPackage(json) : sequenceClassifierConfigFromHub(json);
  const labels = Array.from({ length: config.numLabels }, (_, i) => String(record?.id2label?.[i] ?? `LABEL_${i}`));
  return { ...config, labels };
}

/** How a sequence classifier is opened from a checkpoint. */
export const sequenceClassifierKind: ModelKind<LabelledClassifierConfig, SequenceClassifier> = {
  parseConfig: parseClassifierConfig,
  build: sequenceClassifier,
};
