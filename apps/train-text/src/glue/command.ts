import { trainingCommand } from 'perceiver-training/node';
import { glueModelConfig, glueSchema } from './config.js';
import { describeClassifier } from './initial-classifier.js';
import { published } from './presets/published.js';
import { sst2Words } from './presets/sst2-words.js';
import { tiny } from './presets/tiny.js';
import { tasksOf } from './read-tasks.js';
import { trainGlue } from './train-glue.js';

/** `train-text glue`. */
export const glueCommand = trainingCommand({
  name: 'glue',
  summary: 'trains or fine-tunes a classifier for tasks of GLUE',
  schema: glueSchema,
  presets: { 'sst2-words': sst2Words, published, tiny },
  describe: (settings) =>
    settings.from === undefined
      ? describeClassifier(glueModelConfig(settings, tasksOf(settings)))
      : `starts from ${settings.from}`,
  run: trainGlue,
});
