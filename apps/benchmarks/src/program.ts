import { glueCommand } from './glue/glue-command.js';
import { glueIngredientsCommand } from './glue-ingredients/glue-ingredients-command.js';
import { glueQueriesCommand } from './glue-queries/glue-queries-command.js';
import { imageAblationsCommand } from './image-ablations/image-ablations-command.js';
import { imageLoadingCommand } from './image-loading/image-loading-command.js';
import { imageNetTableCommand } from './imagenet-table/imagenet-table-command.js';
import { learnCifar10Command } from './learn-cifar10.js';
import { learnClmCommand } from './learn-clm.js';
import { learnFashionCommand } from './learn-fashion.js';
import { learnMlmCommand } from './learn-mlm.js';
import { learnSst2Command } from './learn-sst2/learn-sst2-command.js';
import type { BenchmarkProgram } from './run-benchmark-commands.js';
import { loadCommand, speedCommand } from './speed/speed-command.js';

/** The commands of `benchmark`. */
export const program: BenchmarkProgram = {
  name: 'benchmark',
  summary: 'measures this repository beside its peers',
  commands: [
    speedCommand,
    loadCommand,
    learnClmCommand,
    learnMlmCommand,
    learnFashionCommand,
    learnCifar10Command,
    learnSst2Command,
    glueCommand,
    glueQueriesCommand,
    glueIngredientsCommand,
    imageNetTableCommand,
    imageAblationsCommand,
    imageLoadingCommand,
  ],
};
