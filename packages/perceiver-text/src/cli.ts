#!/usr/bin/env node
import { program } from './command/program.js';
import { runPredictCommands } from './command/run-predict-commands.js';

process.exitCode = await runPredictCommands(program);
