#!/usr/bin/env node
import { runCommands } from 'perceiver-training/node';
import { program } from './program.js';

process.exitCode = await runCommands(program);
