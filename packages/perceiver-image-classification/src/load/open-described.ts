import { readJsonObject } from 'perceiver-checkpoints';
import { type Declarable, ModelError } from 'perceiver-core';
import { type ModelKind, type OpenedModel, type OpenModelOptions, openModel } from 'perceiver-inference';
import type { ImageProcessorOptions } from '../preprocess/image-processor.js';
import type { ImageClassifierDescription } from './description.js';
import { isHubJson } from './hub-config.js';
import { PREPROCESSOR_CONFIG, parsePreprocessorConfig } from './preprocessor-config.js';

interface Described {
  readonly processor: ImageProcessorOptions;
}

/**
 * Opens a classifier of pictures. Beside the `config.json` of one of Hugging Face's classes a `preprocessor_config.json` says how pictures
 * are prepared, unless `config.json` itself does in `image_processor`.
 *
 * @throws CheckpointError and its kinds, ModelError
 */
export async function openDescribed<Description extends Described, Model extends Declarable<never>>(
  idOrPath: string,
  kind: ModelKind<Description, Model>,
  options: OpenModelOptions,
): Promise<OpenedModel<Description, Model>> {
  let asksFile = false;
  const noting: ModelKind<Description, Model> = {
    ...kind,
    parseConfig: (json) => {
      asksFile = isHubJson(json) && !('image_processor' in (json as object));
      return kind.parseConfig(json);
    },
  };
  const optionalFiles = [...(options.optionalFiles ?? []), PREPROCESSOR_CONFIG];
  const opened = await openModel(idOrPath, noting, { ...options, optionalFiles });
  const file = opened.files.get(PREPROCESSOR_CONFIG);
  if (!asksFile || file === undefined) return opened;
  try {
    const processor = parsePreprocessorConfig(await readJsonObject(file), file);
    checkSize(opened.config, processor, file);
    return { ...opened, config: { ...opened.config, processor } };
  } catch (error) {
    for (const tensor of Object.values(opened.parameters)) tensor.dispose();
    throw error;
  }
}

/** A model with a trained position for each pixel takes pictures of one size only. */
function checkSize(description: Described, { size, resize }: ImageProcessorOptions, file: string): void {
  const { model } = description as Partial<ImageClassifierDescription>;
  if (model?.input.kind !== 'learned') return;
  const [height, width] = model.imageSize;
  if (resize !== false && size![0] === height && size![1] === width) return;
  const got = resize === false ? 'do_resize false' : `${size![0]} x ${size![1]}`;
  throw new ModelError(
    `${file}: expected size ${height} x ${width}, that of the model's trained positions, got ${got}`,
  );
}
