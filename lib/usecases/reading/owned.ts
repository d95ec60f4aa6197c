import type { EntityRef } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';

export interface Owned {
  readonly owner: string;
  readonly kinds: readonly string[];
  /** The last ref of the page before. */
  readonly after?: EntityRef | undefined;
}

/**
 * Refs of an owner's records, by kind, then by id, at most `limit` at a time. A record that changes its owner in the
 * meantime leaves the list and moves no other record. Of a kind that is about accounts (`ofAccount`) the list has the
 * owner's own record, where there is one.
 */
export async function* refsOf(
  { owner, kinds, after }: Owned,
  limit: number,
  { records, listings, definitions }: Pick<Service, 'records' | 'listings' | 'definitions'>,
): AsyncGenerator<readonly EntityRef[]> {
  for (const kind of kinds.slice(after === undefined ? 0 : kinds.indexOf(after.kind))) {
    let from = kind === after?.kind ? after.id : undefined;
    if (definitions.get(kind)?.ofAccount) {
      const own = { kind, id: owner };
      if (from === undefined && (await records.get(own)) !== undefined) yield [own];
      continue;
    }
    for (let more = true; more; ) {
      const page = await listings.byOwner(kind, owner, { limit, ...(from !== undefined && { after: from }) });
      if (page.refs.length > 0) yield page.refs;
      from = page.end ?? from;
      more = page.more;
    }
  }
}
