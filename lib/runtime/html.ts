/** Text that is HTML already; nothing but `html` makes it, so that whatever comes from elsewhere is escaped. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Html = Markup;

type Part = Html | string | number | readonly Part[];

/** A template of HTML: what is put into it is escaped, for text and for attributes in double quotes, unless it is HTML. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Markup(texts.map((text, at) => text + textOf(parts[at] ?? '')).join(''));

/** A stylesheet of ours, as it is: within `style` nothing is escaped. */
export const stylesheet = (css: string): Html => new Markup(`<style>${css}</style>`);

/** ISO 8601, as a person reads it; whatever is no moment stays as it is. */
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
