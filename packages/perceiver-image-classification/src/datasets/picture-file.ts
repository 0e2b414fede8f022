/** Names of picture files. */
export const PICTURE_FILE = /\.(jpe?g|png|webp|avif|gif|tiff?)$/i;
