// Checks that imports only point down (docs: CONTRIBUTING.md, "Layers"). Prints each violation; exits with 1 when there is one.
import './lib/node-version.mjs';
import { checkLayers } from './lib/check-layers.mjs';

const violations = checkLayers();
for (const { place, rule, expected, got } of violations) {
  console.log(`${place}: ${rule}; expected ${expected}, got ${got}`);
}
console.log(violations.length === 0 ? 'Import layers hold.' : `${violations.length} imports break a rule.`);
process.exitCode = violations.length === 0 ? 0 : 1;
