import type { VideoStreamInfo } from 'perceiver-ffmpeg';

/**
 * How a picture comes to another shape: `cover` fills it and cuts the middle out, `contain` shows all between black bars, `fill` stretches.
 */
export type Fit = 'cover' | 'contain' | 'fill';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Size as shown: turned, and with square pixels. */
export function shownSize({ width, height, rotation, pixelAspect }: VideoStreamInfo): Size {
  const wide = Math.max(1, Math.round(width * pixelAspect));
  const isOnItsSide = Math.abs(Math.sin((rotation * Math.PI) / 180)) > 0.7;
  return isOnItsSide ? { width: height, height: wide } : { width: wide, height };
}

/** The size that is decoded to: a side that is not given follows from the other. */
export function targetSize(shown: Size, { width, height }: Partial<Size>): Size {
  if (width === undefined && height === undefined) return shown;
  return {
    width: width ?? Math.max(1, Math.round((height! * shown.width) / shown.height)),
    height: height ?? Math.max(1, Math.round((width! * shown.height) / shown.width)),
  };
}

/** ffmpeg's filters from a picture as shown to RGB of the target size. */
export function sizeFilters(shown: Size, target: Size, fit: Fit): string[] {
  const ratios = [target.width / shown.width, target.height / shown.height];
  const factor = fit === 'cover' ? Math.max(...ratios) : Math.min(...ratios);
  const scaled =
    fit === 'fill'
      ? target
      : {
          width: Math.max(1, Math.round(shown.width * factor)),
          height: Math.max(1, Math.round(shown.height * factor)),
        };
  const { width, height } = target;
  // Colours are computed exactly and at full resolution; the crop comes after them, where it may start at odd places.
  return [
    `scale=${scaled.width}:${scaled.height}:flags=bicubic+accurate_rnd+full_chroma_int`,
    'format=rgb24',
    'setsar=1',
    ...(fit === 'cover' ? [`crop=${width}:${height}`] : []),
    ...(fit === 'contain' ? [`pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`] : []),
  ];
}
