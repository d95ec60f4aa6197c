import type { Schemas } from '../../../client/index.ts';

type Entry = Schemas['History']['entries'][number];

/** `unchecked`: this page cannot make digests (it was not loaded over https), or an integer is too large for it. */
export type DigestVerdict = 'holds' | 'broken' | 'unchecked';

/** Makes the digest of an entry anew, from what the answer shows: SHA-256 over the canonical form (RFC 8785) of all but `data` and `digest`. */
export async function checkEntry(ref: Schemas['History']['ref'], entry: Entry): Promise<DigestVerdict> {
  if (entry.unreadable) return 'broken';
  const { digest, data: _, ...covered } = entry;
  const text = canonicalText({ ref, ...covered });
  if (text === undefined || globalThis.crypto.subtle === undefined) return 'unchecked';
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  const made = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return made === digest ? 'holds' : 'broken';
}

/** undefined: it has an integer beyond a double. */
function canonicalText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return undefined;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const members = isList
    ? value.map(canonicalText)
    : Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, part]) => {
          const text = canonicalText(part);
          return text && `${JSON.stringify(name)}:${text}`;
        });
  if (members.includes(undefined)) return undefined;
  return isList ? `[${members.join(',')}]` : `{${members.join(',')}}`;
}
