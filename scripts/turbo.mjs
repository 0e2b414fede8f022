// Installs, then runs a task of turbo over all packages, or those named: node scripts/turbo.mjs build|typecheck [NAME...]
import './lib/node-version.mjs';
import { runTurbo } from './lib/build.mjs';
import { install } from './lib/install.mjs';

const [task, ...names] = process.argv.slice(2);
if (task !== 'build' && task !== 'typecheck') {
  console.error(`turbo.mjs: expected the task build or typecheck, got ${task}`);
  process.exit(1);
}
if (!(await install())) process.exit(1);
const { code, output } = await runTurbo(task, names);
console.log(code === 0 ? `${task}: done` : output);
process.exitCode = code;
