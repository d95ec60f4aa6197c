/** Text that is HTML already. Only this file makes it, so all other text is escaped. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Html = Markup;

type Part = Html | string | number | readonly Part[];

/** A template of HTML. It escapes its parts, for text and for attributes in double quotes, unless a part is HTML already. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Markup(texts.map((text, at) => text + textOf(parts[at] ?? '')).join(''));

/** A stylesheet, unchanged: nothing is escaped within `style`, so the text must not come from a request or from the store. */
export const stylesheet = (css: string): Html => new Markup(`<style>${css}</style>`);

/** An ISO 8601 time for a person to read; other text is left as it is. */
export const moment = (iso: string): Html =>
  Number.isNaN(Date.parse(iso))
    ? html`${iso}`
    : html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  return typeof part === 'object' ? part.map(textOf).join('') : escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
