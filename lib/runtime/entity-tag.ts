/** RFC 9110, 13.1.2: weak comparison with a list of tags, or with `*`. */
export const matchesWeakly = (tags: string, etag: string): boolean =>
  tags.trim() === '*' || tagsIn(tags).some((tag) => opaque(tag) === opaque(etag));

/** RFC 9110, 13.1.1: strong comparison, in which a weak tag equals nothing. */
export const matchesStrongly = (tags: string, etag: string): boolean =>
  tags.trim() === '*' || tagsIn(tags).includes(etag);

/** No tag of this service has a comma. */
const tagsIn = (tags: string): string[] => tags.split(',').map((tag) => tag.trim());

const opaque = (tag: string): string => tag.replace(/^W\//, '');
