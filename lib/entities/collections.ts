import { InvalidId } from '../domain/errors.ts';

export type Standard = 'cep78' | 'cep47' | 'cep95';

/** One entry of ASTAKE_COLLECTIONS. `assetValue` and `verified` are JSON pointers (RFC 6901) into a token's metadata. */
export interface Collection {
  readonly package: string;
  readonly standard?: Standard | undefined;
  readonly assetValue?: string | undefined;
  readonly verified?: string | undefined;
}

export type Collections = Readonly<Record<string, Collection>>;

/** A collection with its alias; null: it is not configured. */
export interface ResolvedCollection extends Collection {
  readonly alias: string | null;
}

export const defaultPointers = { assetValue: '/assetValue', verified: '/verified' } as const;

/** By a configured alias, or by a package hash (64 hex digits, with or without `hash-`); throws InvalidId for other text. */
export function resolveCollection(name: string, collections: Collections): ResolvedCollection {
  const configured = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (configured !== undefined) return { ...configured, alias: name };
  const hash = name.toLowerCase().replace(/^hash-/, '');
  if (!/^[0-9a-f]{64}$/.test(hash)) {
    throw new InvalidId('a collection is a configured alias or a package hash of 64 hexadecimal digits', 'collection');
  }
  return byPackage(hash, collections);
}

export function byPackage(hash: string, collections: Collections): ResolvedCollection {
  const entry = Object.entries(collections).find(([, collection]) => collection.package === hash);
  return entry === undefined ? { package: hash, alias: null } : { ...entry[1], alias: entry[0] };
}
