import type { LookupClient, Schemas } from '../../../client/index.ts';

interface Asked {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of the history of any record. */
export function historyOf(
  client: LookupClient,
  kind: string,
  id: string,
  page: Asked,
  signal: AbortSignal,
): Promise<Schemas['History']> {
  const options = { signal };
  if (kind === 'account') return client.getAccountHistory({ id, ...page }, options);
  if (kind === 'staking') return client.getStakingHistory({ id, ...page }, options);
  if (kind === 'transaction') return client.getTransactionHistory({ hash: id, ...page }, options);
  if (kind === 'collection') return client.getCollectionHistory({ collection: id, ...page }, options);
  const at = id.indexOf(':');
  return client.getAssetHistory({ collection: id.slice(0, at), tokenId: id.slice(at + 1), ...page }, options);
}
