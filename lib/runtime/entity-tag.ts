import { hash } from 'node:crypto';

/** A strong tag of these bytes. */
export const tagOf = (bytes: string | Uint8Array): string => `"${hash('sha256', bytes, 'base64url').slice(0, 27)}"`;

/** RFC 9110, 13.1.2: weak comparison with a list of tags, or with `*`. */
export const matchesWeakly = (tags: string, etag: string): boolean =>
  tags.trim() === '*' || tagsIn(tags).some((tag) => opaque(tag) === opaque(etag));

/** RFC 9110, 13.1.1: strong comparison, in which a weak tag equals nothing. */
export const matchesStrongly = (tags: string, etag: string): boolean =>
  tags.trim() === '*' || tagsIn(tags).includes(etag);

/** RFC 9110, 8.8.3 and 13.1.1: `*`, or tags, each in double quotes. */
export const areTags = (tags: string): boolean =>
  tags.trim() === '*' || tagsIn(tags).every((tag) => /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(tag));

/** No tag of this service has a comma. */
const tagsIn = (tags: string): string[] => tags.split(',').map((tag) => tag.trim());

const opaque = (tag: string): string => tag.replace(/^W\//, '');
