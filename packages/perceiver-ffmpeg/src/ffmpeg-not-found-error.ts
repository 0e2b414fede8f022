/** There is no ffmpeg to run; the message says where it was looked for and how to get it. */
export class FfmpegNotFoundError extends Error {
  override readonly name = 'FfmpegNotFoundError';

  constructor(problem: string, options?: ErrorOptions) {
    super(
      `${problem}. Audio and video other than WAV need ffmpeg. Install it with the system's package manager (apt-get install ffmpeg, ` +
        'brew install ffmpeg, winget install ffmpeg) or with npm install ffmpeg-static, or set FFMPEG_PATH to the path of the program.',
      options,
    );
  }
}
