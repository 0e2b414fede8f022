import { captioned, pictureSheet, type RgbImage } from 'perceiver-image-files';
import type { FlowField } from '../flow-field.js';
import { drawArrows } from './draw-arrows.js';
import { BRIGHT_ERROR, errorMap } from './error-map.js';
import { colourFlow, longestFlow } from './flow-colours.js';
import { warpFrame } from './warp-frame.js';

/**
 * What a picture of flow shows.
 * - `sheet`: both frames; the flow in colours and as arrows; the second frame moved back; with a truth the truth and the errors; each with
 *   a line that says what it is
 * - `colours`, `arrows`, `warped`, `error`: one of them
 */
export const flowViews = ['sheet', 'colours', 'arrows', 'warped', 'error'] as const;
export type FlowView = (typeof flowViews)[number];

/** A pair, its flow and, where known, the truth. */
export interface FlowScene {
  readonly frame1: RgbImage;
  readonly frame2: RgbImage;
  readonly flow: FlowField;
  readonly truth?: FlowField;
  /** Flow in pixels that has full colour; by default the longest of the truth, or of the flow. */
  readonly longest?: number;
}

/** A picture of flow. `error` needs a truth. Throws a RangeError without. */
export async function flowPicture(scene: FlowScene, view: FlowView = 'sheet'): Promise<RgbImage> {
  const { frame1, frame2, flow, truth } = scene;
  // Flow and truth in one scale: colours can be compared.
  const longest = scene.longest ?? (truth === undefined ? undefined : longestFlow(truth));
  switch (view) {
    case 'colours':
      return colourFlow(flow, longest);
    case 'arrows':
      return drawArrows(frame1, flow);
    case 'warped':
      return warpFrame(frame2, flow);
    case 'error':
      if (truth === undefined) throw new RangeError('flowPicture: expected a truth for the view error, got none');
      return errorMap(flow, truth);
    case 'sheet':
      return flowSheet(scene, longest ?? longestFlow(flow));
  }
}

async function flowSheet({ frame1, frame2, flow, truth }: FlowScene, longest: number): Promise<RgbImage> {
  const pixels = (length: number) => `${length.toPrecision(3)} px`;
  const scale = `full colour ${pixels(longest)}`;
  const arrows = `flow on frame 1, at most ${pixels(longestFlow(flow))}`;
  const rows: Readonly<Record<string, RgbImage>>[] = [
    { 'frame 1': frame1, 'frame 2': frame2 },
    { [`flow, ${scale}`]: colourFlow(flow, longest), [arrows]: await drawArrows(frame1, flow) },
  ];
  const back = warpFrame(frame2, flow);
  if (truth === undefined) {
    rows.push({ 'frame 2 moved back by flow': back });
  } else {
    rows.push(
      {
        [`true flow, ${scale}`]: colourFlow(truth, longest),
        [`error, white ${BRIGHT_ERROR} px`]: errorMap(flow, truth),
      },
      { 'frame 2 moved back by flow': back, 'frame 2 moved back by true flow': warpFrame(frame2, truth) },
    );
  }
  const captionedRow = (row: Readonly<Record<string, RgbImage>>) =>
    Promise.all(Object.entries(row).map(([caption, picture]) => captioned(picture, caption)));
  return pictureSheet(await Promise.all(rows.map(captionedRow)));
}
