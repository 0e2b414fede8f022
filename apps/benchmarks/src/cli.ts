#!/usr/bin/env node
import { program } from './program.js';
import { runBenchmarkCommands } from './run-benchmark-commands.js';

process.exitCode = await runBenchmarkCommands(program);
