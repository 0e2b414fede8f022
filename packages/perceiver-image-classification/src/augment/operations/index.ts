export { affine, rotate, shearX, shearY, translate } from './affine.js';
export { cutout } from './cutout.js';
export { brightness, color, contrast, sharpness } from './enhance.js';
export { hue } from './hue.js';
export { autoContrast, equalize, invert, posterize, solarize, solarizeAdd } from './tone.js';
