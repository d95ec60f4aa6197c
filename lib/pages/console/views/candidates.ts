/** An entity by its kind and id, as `POST /v1/lookup` takes it. */
export interface Candidate {
  readonly kind: string;
  readonly id: string;
}

/** What a text may be the id of; a bare hash may be several things. */
export function candidatesOf(text: string): Candidate[] {
  const id = text.trim();
  const as = (...kinds: readonly string[]) => kinds.map((kind) => ({ kind, id }));
  if (id === '') return [];
  if (id.includes(':')) return as('asset');
  if (/^(?:01[0-9a-f]{64}|02[0-9a-f]{66}|account-hash-.*)$/i.test(id)) return as('account', 'staking');
  if (/^(?:transaction-v1|deploy)-/.test(id)) return as('transaction');
  if (/^[0-9a-f]{64}$/i.test(id)) return as('account', 'staking', 'transaction', 'collection');
  return as('collection');
}
