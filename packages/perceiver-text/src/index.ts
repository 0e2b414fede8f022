export { maskedBigram } from './baselines/masked-bigram.js';
export { maskedUnigram } from './baselines/masked-unigram.js';
export { type NGramBits, nGramBits } from './baselines/n-gram-bits.js';
export { BUNDLED_TEXTS, type BundledText, bundledTextPath, readBundledText } from './datasets/bundled-text.js';
export { type CausalBatchOptions, causalBatches } from './datasets/causal-batches.js';
export { findTextFiles, type TextFile, type TextFormat } from './datasets/find-text-files.js';
export { type MaskedBatchOptions, maskedBatches } from './datasets/masked-batches.js';
export {
  type PackedState,
  type PackedWindow,
  type PackedWindowOptions,
  packedWindows,
} from './datasets/packed-windows.js';
export { type RandomWindowOptions, randomWindows } from './datasets/random-windows.js';
export {
  type BatchState,
  type BatchStream,
  type ShuffledBatchOptions,
  shuffledBatches,
} from './datasets/shuffled-batches.js';
export { TextDataError } from './datasets/text-data-error.js';
export { type PiecePosition, type TextPiece, type TextPieceOptions, textPieces } from './datasets/text-pieces.js';
export {
  type TextBatches,
  type TextSource,
  type TextSourceState,
  textSource,
  type WindowBatches,
} from './datasets/text-source.js';
export { type SampleTokenOptions, sampleToken } from './generate/sample-token.js';
export { type TextStream, textStream } from './generate/text-stream.js';
export {
  type GeneratedToken,
  type GenerateTokensOptions,
  type TokenGenerator,
  tokenGenerator,
} from './generate/token-generator.js';
export { bundledGluePath } from './glue/bundled-glue.js';
export { encodeExamples } from './glue/encode-examples.js';
export { findGlueFiles } from './glue/find-glue-files.js';
export {
  formatGlueSubmission,
  type GlueSubmission,
  type GlueSubmissionOptions,
} from './glue/format-glue-submission.js';
export { type GlueBatchOptions, type GlueData, glueBatches } from './glue/glue-batches.js';
export { type GlueFigures, glueMetrics } from './glue/glue-metrics.js';
export {
  GLUE_SPLITS,
  GLUE_TASK_NAMES,
  type GlueColumns,
  type GlueMetricName,
  type GlueSplit,
  type GlueTask,
  type GlueTaskName,
} from './glue/glue-task.js';
export { glueTasks } from './glue/glue-tasks.js';
export { readGlue } from './glue/read-glue.js';
export { type GlueExample, type ReadGlueFileOptions, readGlueFile } from './glue/read-glue-file.js';
export { readGluePredictions } from './glue/read-glue-predictions.js';
export { causalConfigText, parseCausalConfig } from './load/causal-config.js';
export {
  type LabelledClassifierConfig,
  parseClassifierConfig,
  sequenceClassifierKind,
} from './load/classifier-config.js';
export { glueConfigText, parseGlueConfig } from './load/glue-config.js';
export { maskedConfigText, parseMaskedConfig } from './load/masked-config.js';
export * from './model/index.js';
export { maskedLanguageModelPresets } from './model/presets/masked-presets.js';
export {
  type CausalLanguagePredictor,
  causalLanguagePredictor,
  type GeneratedText,
  type GenerateOptions,
  PerceiverForCausalLanguageModel,
} from './predict/causal-language.js';
export {
  type ClassifiedText,
  type ClassifyGlueOptions,
  type GlueClassificationPredictor,
  glueClassificationPredictor,
  PerceiverForGlueClassification,
} from './predict/glue-classification.js';
export {
  type FilledMasks,
  type FillMaskOptions,
  type MaskedLanguagePredictor,
  type MaskedLoadOptions,
  type MaskSuggestion,
  maskedLanguagePredictor,
  PerceiverForMaskedLanguageModel,
} from './predict/masked-language.js';
export {
  PerceiverForSequenceClassification,
  type SequenceClassificationPredictor,
  sequenceClassificationPredictor,
  type TextClass,
} from './predict/sequence-classification.js';
export {
  type EncodeTextsOptions,
  glueTextEncoder,
  type TextEmbeddings,
  type TextEncoder,
  type TextLimit,
  textEncoder,
} from './predict/text-encoder.js';
export { encodeWords, WORD_FEATURES } from './preprocess/encode-words.js';
export { type MaskVocabulary, maskVocabulary } from './preprocess/mask-vocabulary.js';
export { IGNORED_LABEL, type MaskedRows, type MaskWordsOptions, maskWords } from './preprocess/mask-words.js';
export { type RankedLine, type RankedLines, type RankLinesOptions, rankLines } from './search/rank-lines.js';
export { type CausalBits, type CausalBitsOptions, causalBits } from './task/causal-bits.js';
export { type CausalBatch, causalLanguageLoss, type ShortContextBatch } from './task/causal-language-task.js';
export { type GlueBatch, type GlueLossOptions, glueLoss } from './task/glue-loss.js';
export { type GluePredictions, gluePredictions } from './task/glue-predictions.js';
export {
  type MaskedBits,
  type MaskedBitsOptions,
  type MaskedFigures,
  type MaskedWindows,
  maskedBits,
  maskedWindows,
} from './task/masked-bits.js';
export { type MaskedBatch, maskedBatch, maskedLanguageLoss } from './task/masked-language-task.js';
export { withBuffers } from './task/with-buffers.js';
export { type DecodeOptions, decodeIds, idsToBytes } from './tokenizer/decode-ids.js';
export { type EncodeBatchOptions, type EncodedBatch, encodeBatch, type TextOrPair } from './tokenizer/encode-batch.js';
export { encodeLines } from './tokenizer/encode-lines.js';
export { type EncodeOptions, type EncodePairOptions, encodePair, encodeText } from './tokenizer/encode-text.js';
export { BYTE_OFFSET, SPECIAL_TOKENS, type SpecialToken, VOCABULARY_SIZE } from './tokenizer/special-tokens.js';
export { byteCodec, type TextCodec, tokenCodec } from './tokenizer/text-codec.js';
