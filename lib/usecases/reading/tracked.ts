import { bareHash } from '../../domain/account-id.ts';
import type { EntityDefinition, EntityRef } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';

export interface Tracked {
  /** The canonical id of the account. */
  readonly account: string;
  /** The last ref of the page before. */
  readonly after?: EntityRef | undefined;
}

export interface TrackedRefs {
  readonly refs: readonly EntityRef[];
  /** More refs follow behind the last one. */
  readonly more: boolean;
}

/**
 * What is tracked for an account, at most `limit` refs at a time: the entities about the account itself, with a record or
 * without, what it has submitted here and no block holds yet, then the records that it owns, by kind, then by id. A record that changes its owner in the meantime leaves the list
 * and moves no other one.
 */
export async function trackedOf(
  { account, after }: Tracked,
  limit: number,
  service: Pick<Service, 'listings' | 'submissions' | 'definitions'>,
): Promise<TrackedRefs> {
  const { listings, definitions } = service;
  const known = [...definitions.values()];
  const own = known.filter(({ ofAccount }) => ofAccount).map(({ kind }) => ({ kind, id: account }));
  const ownAfter = after && own.findIndex(({ kind }) => kind === after.kind);
  const refs: EntityRef[] = ownAfter === -1 ? [] : own.slice((ownAfter ?? -1) + 1);
  if (after === undefined) refs.push(...(await submittedBy(account, known, service)));
  const owned = known.filter(({ owner, ofAccount }) => owner !== undefined && !ofAccount).map(({ kind }) => kind);
  for (const kind of owned.slice(Math.max(0, owned.indexOf(after?.kind ?? '')))) {
    if (refs.length >= limit) break;
    let from = kind === after?.kind ? after.id : undefined;
    for (let more = true; more; ) {
      const rest = { limit: limit - refs.length, ...(from !== undefined && { after: from }) };
      const page = await listings.byOwner(kind, account, rest);
      refs.push(...page.refs);
      ({ more, end: from } = page);
      if (more && refs.length >= limit) return { refs, more };
    }
  }
  return { refs: refs.slice(0, limit), more: refs.length >= limit };
}

/** Well below the size of a page, so that a page never ends among them. */
const mostSubmitted = 20;

async function submittedBy(
  account: string,
  definitions: readonly EntityDefinition[],
  { submissions }: Pick<Service, 'submissions'>,
): Promise<EntityRef[]> {
  const kind = definitions.find(({ whileUnseen }) => whileUnseen !== undefined)?.kind;
  if (kind === undefined) return [];
  return (await submissions.openOf(bareHash(account), mostSubmitted)).map(({ hash }) => ({ kind, id: hash }));
}
