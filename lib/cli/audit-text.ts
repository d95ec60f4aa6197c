import type { Schemas } from '../client/contract.ts';
import { writeJson } from '../client/exact-json.ts';
import type { AuditFormat } from './audit-pages.ts';

/** What a page of JSON says of itself; null: the page is text, which is for people and for `examples/check-audit.mjs`. */
export const jsonFigures = (body: unknown): Pick<Schemas['AuditReport'], 'summary' | 'broken'> | null =>
  typeof body === 'string' ? null : (body as Schemas['AuditReport']);

/** A page as a file of its own. `next`: the file of the next page, to which the document links in place of the service. */
export function pageFile(body: unknown, next: string): string {
  if (typeof body !== 'string') return `${writeJson(body)}\n`;
  return body.replace(/<a href="[^"]*" rel="next">/, `<a href="${next}" rel="next">`);
}

/** How the pages of a report become one file: what stands before the first, between two, and behind the last. */
export interface OneFile {
  readonly begin: string;
  /** The part of a page. */
  part(body: unknown, isFirst: boolean): string;
  readonly end: string;
}

const nextLink = /<p><a href="[^"]*" rel="next">[^<]*<\/a><\/p>/;

export const oneFileOf: Readonly<Record<AuditFormat, OneFile>> = {
  // An array of pages.
  json: { begin: '[', part: (body, isFirst) => `${isFirst ? '' : ',\n'}${writeJson(body)}`, end: ']\n' },
  // Each page has the names of the columns; the file has them once.
  csv: {
    begin: '',
    part: (body, isFirst) => (isFirst ? String(body) : String(body).slice(String(body).indexOf('\r\n') + 2)),
    end: '',
  },
  // The first page, and of the others what is in it: a person prints one document.
  html: {
    begin: '',
    part(body, isFirst) {
      const text = String(body).replace(nextLink, '');
      const [head = '', inner = ''] = text.split(/(?<=<body>)|<\/body>/);
      if (isFirst) return head + inner;
      return `<article class="part">${inner.replaceAll(/<(\/?)(?:header|main)>/g, '<$1section>')}</article>\n`;
    },
    end: '</body>\n</html>\n',
  },
};
