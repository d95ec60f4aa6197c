import type { EntityRef } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';

export interface Owned {
  readonly owner: string;
  readonly kinds: readonly string[];
  /** The last one that was done before. */
  readonly after?: EntityRef | undefined;
}

/**
 * By kind, then by id: what changes its owner meanwhile leaves the list, and no other one moves. Of kinds that are
 * about an account there is the owner's own, where it is recorded.
 */
export async function* refsOf(
  { owner, kinds, after }: Owned,
  limit: number,
  { records, definitions }: Pick<Service, 'records' | 'definitions'>,
): AsyncGenerator<readonly EntityRef[]> {
  for (const kind of kinds.slice(after === undefined ? 0 : kinds.indexOf(after.kind))) {
    let from = kind === after?.kind ? after.id : undefined;
    if (definitions.get(kind)?.ofAccount) {
      const own = { kind, id: owner };
      if (from === undefined && (await records.get(own)) !== undefined) yield [own];
      continue;
    }
    for (let more = true; more; ) {
      const page = await records.byOwner(kind, owner, { limit, ...(from !== undefined && { after: from }) });
      if (page.refs.length > 0) yield page.refs;
      from = page.refs.at(-1)?.id ?? from;
      more = page.more;
    }
  }
}
