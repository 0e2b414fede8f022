// The layers of the house, bottom first, and what may import what: imports only point down.

/** The named packages of the lower layers. Every other folder of packages/ is a modality; above them stand the apps. */
const lowerLayers = [
  ['tfjs-backend-onnxruntime'],
  ['perceiver-core', 'perceiver-checkpoints', 'perceiver-metrics', 'perceiver-tokenizers'],
  ['perceiver-training'],
  ['perceiver-inference', 'perceiver-image-files', 'perceiver-ffmpeg'],
  ['perceiver-baselines'],
];

/** Imports within one layer that are allowed all the same. */
const sameLayer = [
  { from: 'perceiver-multimodal-autoencoding', to: 'perceiver-audio-video', testsOnly: false },
  { from: 'perceiver-core', to: 'perceiver-checkpoints', testsOnly: true },
];

/** Packages that also run in a browser: no node: modules outside of their tests. */
export const browserPackages = ['perceiver-core'];

/**
 * The layer of a package, 0 at the bottom.
 * @param {{ kind: 'packages' | 'apps', manifest: { name: string } }} workspacePackage
 */
export function layerOf({ kind, manifest }) {
  const lower = lowerLayers.findIndex((names) => names.includes(manifest.name));
  if (lower >= 0) return lower;
  return kind === 'apps' ? lowerLayers.length + 1 : lowerLayers.length;
}

/**
 * What stands in the way of an import between two packages of the workspace; undefined when nothing does.
 * @param {import('./workspace.mjs').WorkspacePackage} from
 * @param {import('./workspace.mjs').WorkspacePackage} to
 * @param {boolean} inTest whether a test (or a development dependency) imports
 * @returns {string | undefined} what was expected
 */
export function forbiddenBecause(from, to, inTest) {
  if (layerOf(to) < layerOf(from)) return undefined;
  const exception = sameLayer.find((pair) => pair.from === from.manifest.name && pair.to === to.manifest.name);
  if (exception && (inTest || !exception.testsOnly)) return undefined;
  if (exception) return `an import of ${to.manifest.name} in tests only`;
  return `an import of a package below ${from.manifest.name} (layer < ${layerOf(from)}); ${to.manifest.name} is layer ${layerOf(to)}`;
}
