// What only some modalities may bring: codecs and native libraries.

/** Packages that a user must not get without asking for a modality that needs them. */
export const heavyPackages = [
  'sharp',
  'ffmpeg-static',
  'node-wav',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
];

/**
 * Which of them a modality may bring.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const allowed = {
  'perceiver-image-files': ['sharp'],
  'perceiver-image-classification': ['sharp'],
  'perceiver-optical-flow': ['sharp', 'ffmpeg-static'],
  'perceiver-audio-video': ['node-wav', 'ffmpeg-static', 'sharp'],
  'perceiver-multimodal-autoencoding': ['node-wav', 'ffmpeg-static', 'sharp'],
};

/**
 * The heavy packages among `names` that a package must not bring.
 * @param {string} packageName
 * @param {Iterable<string>} names
 */
export function forbiddenAmong(packageName, names) {
  const present = new Set(names);
  return heavyPackages.filter((name) => present.has(name) && !allowed[packageName]?.includes(name));
}
