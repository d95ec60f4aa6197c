import { InvalidId } from '../domain/errors.ts';
import { canonicalHex } from '../domain/hex.ts';

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

/** A package has these prefixes in the outputs of Casper's own tools; without a prefix the hash is meant too. */
const packageForm = /^(?:hash-|package-|contract-package-(?:wasm)?)?([0-9a-f]{64})$/i;
const namedAliases = 10;

/** By a configured alias, or by a package hash (64 hex digits, with or without a prefix). Throws InvalidId for other text. */
export function resolveCollection(name: string, collections: Collections, path = 'collection'): ResolvedCollection {
  const configured = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (configured !== undefined) return { ...configured, alias: name };
  const [, hash] = packageForm.exec(name) ?? [];
  if (hash !== undefined) return byPackage(canonicalHex(hash, path), collections);
  throw new InvalidId(
    `a collection is ${aliasesIn(collections)}a package hash: 64 hexadecimal digits, with or without "hash-", "package-" or "contract-package-"`,
    path,
  );
}

function aliasesIn(collections: Collections): string {
  const aliases = Object.keys(collections);
  if (aliases.length === 0) return '';
  const more = aliases.length - namedAliases;
  return `a configured alias (${aliases.slice(0, namedAliases).join(', ')}${more > 0 ? ` and ${more} more` : ''}) or `;
}

export function byPackage(hash: string, collections: Collections): ResolvedCollection {
  const entry = Object.entries(collections).find(([, collection]) => collection.package === hash);
  return entry === undefined ? { package: hash, alias: null } : { ...entry[1], alias: entry[0] };
}
