export type LookupKind = 'asset' | 'account' | 'staking' | 'transaction' | 'collection';

export interface LookupTarget {
  readonly kind: LookupKind;
  readonly id: string;
}

export const operationOf: Readonly<Record<LookupKind, string>> = {
  asset: 'getAsset',
  account: 'getAccount',
  staking: 'getStaking',
  transaction: 'getTransaction',
  collection: 'getCollection',
};

/** The kind that an id looks like. */
export function kindOf(id: string): LookupKind {
  if (id.includes(':')) return 'asset';
  if (/^(?:account-hash-|01[\da-f]{64}$|02[\da-f]{66}$)/i.test(id)) return 'account';
  return /^(?:transaction-|deploy-)?[\da-f]{64}$/i.test(id) ? 'transaction' : 'collection';
}

/** The path of a read. An id of a token that a path would lose goes into the query. */
export function pathOf({ kind, id }: LookupTarget): string {
  const whole = encodeURIComponent(id);
  if (kind === 'account') return `/v1/accounts/${whole}`;
  if (kind === 'staking') return `/v1/accounts/${whole}/staking`;
  if (kind === 'transaction') return `/v1/transactions/${whole}`;
  if (kind === 'collection') return `/v1/collections/${whole}`;
  const at = id.indexOf(':');
  const [collection, token] = at < 0 ? [id, ''] : [id.slice(0, at), id.slice(at + 1)];
  const fitsPath = /^[\w.~-]+$/.test(token) && !/^(?:\.{1,2}|history|local)$/.test(token);
  const before = `/v1/assets/${encodeURIComponent(collection)}`;
  return fitsPath ? `${before}/${token}` : `${before}?tokenId=${encodeURIComponent(token)}`;
}
