/** An mp4 file whose picture players turn clockwise: the matrix of its track header, in 16.16 fixed point, says so. */
export function turnVideo(mp4: Buffer, degrees: 90 | 180 | 270): Buffer {
  const turned = Buffer.from(mp4);
  const header = turned.indexOf('tkhd');
  if (header < 0 || turned[header + 4] !== 0) throw new Error('turnVideo: expected a track header of version 0');
  const [cos, sin] = [Math.round(Math.cos((degrees * Math.PI) / 180)), Math.round(Math.sin((degrees * Math.PI) / 180))];
  const matrix = header + 44;
  for (const [place, value] of [cos, sin, 0, -sin, cos].entries())
    turned.writeInt32BE(value * 65_536, matrix + 4 * place);
  return turned;
}
