import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** Markup that may stand in a page as it is; made by {@link markup} alone. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A page for vendors: a heading, what follows it and, where it is to be asked for again or left by itself, when and for what. */
export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Seconds; `to`: another address than its own. */
  readonly refresh?: { readonly seconds: number; readonly to?: string };
}

/** Tagged template: values are escaped unless they are markup themselves. */
export function markup(parts: TemplateStringsArray, ...values: readonly (string | Markup)[]): Markup {
  const text = values.map((value) => (value instanceof Markup ? value.text : escaped(value)));
  return new Markup(parts.reduce((all, part, i) => `${all}${text[i - 1] ?? ''}${part}`));
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; background: Canvas; color: CanvasText; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
ol { margin: 0; padding-left: 1.4rem; }
li { margin: .3rem 0; }
label { display: block; font-weight: 600; margin: 1.25rem 0 .35rem; }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .6rem .7rem; border: 1px solid #8c8f94; border-radius: 4px; background: Field; color: FieldText; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .65rem 1.1rem; margin: 1.25rem 0 0; border: 0; border-radius: 4px; background: #2f4fc4; color: #fff; text-decoration: none; cursor: pointer; }
button:focus-visible, .button:focus-visible, input:focus-visible { outline: 3px solid #9db1ff; outline-offset: 2px; }
.note { font-size: .9rem; opacity: .8; }
.wrong { border-left: 4px solid #cc1818; padding: .1rem 0 .1rem .8rem; }
`;

const HEADERS = {
  // No script, no picture, nothing from anywhere, and in nobody's frame.
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  // An invitation stands in the address.
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
} as const;

/** Answers with a page. */
export function sendPage(response: Response, status: number, { title, body, refresh }: Page): void {
  const again =
    refresh === undefined
      ? markup``
      : markup`<meta http-equiv="refresh" content="${`${refresh.seconds}${refresh.to === undefined ? '' : `;url=${refresh.to}`}`}">`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${again}<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  response.status(status).set(HEADERS).type('html').send(page.text);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
