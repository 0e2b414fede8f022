#!/usr/bin/env node
import { runPredictCommands } from 'perceiver-inference';
import { program } from './command/program.js';

process.exitCode = await runPredictCommands(program);
