import { InvalidRequest } from '../domain/errors.ts';

export type PageFormat = 'json' | 'html';

/** The requested format: `format`, else the preference in `Accept`; JSON unless HTML is preferred. Throws InvalidRequest. */
export function pageFormatOf(format: string | undefined, accept: string | undefined): PageFormat {
  if (format === 'json' || format === 'html') return format;
  if (format !== undefined) throw new InvalidRequest([{ path: 'format', message: 'must be json or html' }]);
  const weight = (type: string) => weightOf(type, accept ?? '*/*');
  return weight('text/html') > weight('application/json') ? 'html' : 'json';
}

/** RFC 9110, 12.5.1: the weight of a media type, 0 to 1, from the most specific range that contains it. */
function weightOf(type: string, accept: string): number {
  const ranges = new Map(accept.split(',').map(rangeOf));
  const [main] = type.split('/');
  return ranges.get(type) ?? ranges.get(`${main}/*`) ?? ranges.get('*/*') ?? 0;
}

function rangeOf(text: string): [string, number] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return [range, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}
