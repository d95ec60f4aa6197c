import fc from 'fast-check';

/** Texts that parsers, paths, stores and logs have stumbled over. */
const awkward = [
  '',
  ' ',
  '.',
  '..',
  '%',
  '%00',
  '%2F',
  '%252F',
  '%3F',
  '%zz',
  '?',
  '#',
  '/',
  '//',
  '\\',
  "'",
  '"',
  '<script>',
  '{}',
  '[]',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  '-1',
  '0',
  '1e999',
  '9007199254740993',
  'NaN',
  '0x10',
  'true',
  'é',
  '\u0000',
  '\ud800',
  '😀',
  'a'.repeat(129),
  'a'.repeat(5_000),
] as const;

/** Text in a URL: well-formed, because a lone surrogate cannot be sent. */
const inUrl = (text: string): string => encodeURIComponent(text.toWellFormed());

/** A percent-encoded text: any text, an awkward one, or one of the samples, as it is or spoilt. */
export const urlText = (samples: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 9, arbitrary: samples.length === 0 ? fc.constant('x') : fc.constantFrom(...samples).map(inUrl) },
    { weight: 4, arbitrary: spoilt(samples).map(inUrl) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }).map(inUrl) },
    { weight: 1, arbitrary: fc.constantFrom(...awkward).map(inUrl) },
    // Sent as it is: what a careless client does.
    { weight: 1, arbitrary: fc.constantFrom('%', '%00', '%2F', '%3F', '%zz', '..', '%C3%28', 'a?b', 'a;b', '+') },
  );

/** A sample with one letter exchanged, dropped, doubled, of the other case, or with something before or behind it. */
function spoilt(samples: readonly string[]): fc.Arbitrary<string> {
  const sample = samples.length === 0 ? fc.constant('x') : fc.constantFrom(...samples);
  return fc.tuple(sample, fc.nat(), fc.constantFrom(...awkward), fc.nat(6)).map(([text, position, other, how]) => {
    const at = text.length === 0 ? 0 : position % text.length;
    const letter = text[at] ?? '';
    const inner = [
      'f',
      '',
      letter + letter,
      letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
    ][how];
    if (inner !== undefined) return text.slice(0, at) + inner + text.slice(at + 1);
    return how === 4 ? other + text : how === 5 ? text + other : text.slice(0, at);
  });
}

/** A JSON value with members dropped, exchanged for others, or put elsewhere; `samples` are whole documents. */
export const jsonLike = (samples: readonly unknown[]): fc.Arbitrary<unknown> => {
  const any = fc.oneof({ depthSize: 'small' }, fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(...awkward));
  if (samples.length === 0) return any;
  const sample = fc.constantFrom(...samples);
  const changed = fc.tuple(sample, fc.nat(), any, fc.boolean()).map(([document, at, value, drop]) => {
    const copy = structuredClone(document);
    const places = placesIn(copy);
    const place = places[at % Math.max(1, places.length)];
    if (place === undefined) return value;
    if (drop && !Array.isArray(place.holder)) delete place.holder[place.name];
    else place.holder[place.name] = value;
    return copy;
  });
  return fc.oneof({ weight: 2, arbitrary: sample }, { weight: 5, arbitrary: changed }, { weight: 1, arbitrary: any });
};

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}

/** A cursor that a client has changed: what it holds is replaced, and it is encoded again. */
export const forgedCursor = (cursors: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...cursors).chain((cursor) => {
    const held = parsed(Buffer.from(cursor, 'base64url').toString('utf8'));
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
    const inner = jsonLike([held]).map(encode);
    if (!Array.isArray(held)) return inner;
    // A position is often text with a document of its own.
    const [bound, position, ...rest] = held as unknown[];
    const at = typeof position === 'string' ? parsed(position) : position;
    const again = (value: unknown): unknown => (typeof position === 'string' ? JSON.stringify(value) : value);
    return fc.oneof(
      inner,
      jsonLike([at]).map((value) => encode([bound, again(value), ...rest])),
    );
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
