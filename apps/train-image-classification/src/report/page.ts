import { escapeHtml } from './html.js';

/** A part of the page. */
export interface Section {
  readonly title: string;
  /** HTML. */
  readonly content: string;
}

export interface Page {
  readonly title: string;
  /** One sentence under the title. */
  readonly summary: string;
  /** Large figures at the top. */
  readonly figures: readonly { readonly value: string; readonly name: string }[];
  readonly sections: readonly Section[];
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0.2rem; } h2 { font-size: 1.2rem; margin-top: 2.4rem; border-bottom: 1px solid #ddd; padding-bottom: 0.2rem; }
h3 { font-size: 1rem; margin: 0.6rem 0 0.3rem; }
.summary { color: #555; margin-top: 0; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1.5rem 0; }
.figures b { display: block; font-size: 1.7rem; font-weight: 600; } .figures span { color: #555; }
table { border-collapse: collapse; } svg, img { max-width: 100%; height: auto; }
.facts th, .list th { text-align: left; font-weight: 600; padding: 0.15rem 1.2rem 0.15rem 0; vertical-align: top; }
.facts td, .list td { padding: 0.15rem 1.2rem 0.15rem 0; overflow-wrap: anywhere; } .number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.confusion { font-size: 13px; } .confusion td { width: 2.9rem; height: 1.9rem; text-align: center; border: 1px solid #eee; font-variant-numeric: tabular-nums; }
.confusion th { font-weight: 500; text-align: right; padding-right: 0.6rem; white-space: nowrap; }
.confusion .turned { height: 6.5rem; vertical-align: bottom; padding: 0; text-align: left; } .confusion .sum { border: none; color: #555; padding-left: 0.6rem; }
.turned span { writing-mode: vertical-rl; transform: rotate(180deg); padding-top: 0.5rem; }
.columns { display: flex; flex-wrap: wrap; gap: 1rem 4rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; } .pictures figure { margin: 0; width: 138px; font-size: 13px; line-height: 1.35; }
.pictures img { width: 112px; height: 112px; object-fit: contain; background: #f4f4f4; image-rendering: pixelated; }
.pictures .said { color: #b34700; } .attention figure { width: auto; } .attention img { width: auto; height: auto; image-rendering: auto; background: none; }
pre { background: #f6f6f6; padding: 0.8rem 1rem; overflow-x: auto; font-size: 13px; }
`;

/** A page that needs no other file. */
export function pageHtml({ title, summary, figures, sections }: Page): string {
  const large = figures.map(
    ({ value, name }) => `<div><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`,
  );
  const parts = sections.map(({ title: heading, content }) => `<h2>${escapeHtml(heading)}</h2>\n${content}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
<p class="summary">${escapeHtml(summary)}</p>
<div class="figures">${large.join('')}</div>
${parts.join('\n')}
</html>
`;
}
