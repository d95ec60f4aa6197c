import type { Schemas } from '../client/contract.ts';
import { csvPart } from '../client/csv-part.ts';
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

/** What stands before the first page of a file, between two, and behind the last. */
interface OneFile {
  readonly begin: string;
  /** The part of a page. */
  part(body: unknown, isFirst: boolean): string;
  readonly end: string;
}

const nextLink = /<p><a href="[^"]*" rel="next">[^<]*<\/a><\/p>/;

const oneFileOf: Readonly<Record<AuditFormat, OneFile>> = {
  // An array of pages.
  json: { begin: '[', part: (body, isFirst) => `${isFirst ? '' : ',\n'}${writeJson(body)}`, end: ']\n' },
  csv: { begin: '', part: (body, isFirst) => csvPart(String(body), isFirst), end: '' },
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

/** The pages of a report as one file, part by part. */
export async function* asOneFile(
  pages: AsyncIterable<{ readonly body: unknown }>,
  format: AuditFormat,
): AsyncGenerator<string> {
  const { begin, part, end } = oneFileOf[format];
  yield begin;
  let isFirst = true;
  for await (const { body } of pages) {
    yield part(body, isFirst);
    isFirst = false;
  }
  yield end;
}
