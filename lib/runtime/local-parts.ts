import type { EntityRef } from '../domain/entity.ts';
import type { Principal } from '../domain/principal.ts';
import { type LocalPart, localPartsOf } from '../usecases/local-data/read-local-data.ts';
import { applicationOf } from './application-of.ts';
import { refuseForeignRef } from './entity-route.ts';
import type { Running } from './service.ts';

type Asked = readonly { readonly kind: string; readonly id: string }[];

/**
 * The caller's own data for the entities of a batch, by their place in it: one batch of reads, and none where the caller has no
 * application (rule LOCAL-5). An entity that is not valid, or that the caller may not see, is left out.
 */
export async function localPartsIn(
  asked: Asked,
  principal: Principal,
  service: Running,
): Promise<ReadonlyMap<number, LocalPart> | undefined> {
  const application = applicationOf(principal);
  if (application === null) return undefined;
  const refs = asked.flatMap((one, index) => {
    const ref = visible(one, principal, service);
    return ref === undefined ? [] : [{ ref, index }];
  });
  const parts = await localPartsOf(
    application,
    refs.map(({ ref }) => ref),
    service,
  );
  return new Map(refs.flatMap(({ index }, at) => (parts[at] === undefined ? [] : [[index, parts[at]]])));
}

function visible({ kind, id }: Asked[number], principal: Principal, { definitions }: Running): EntityRef | undefined {
  try {
    const canonical = definitions.get(kind)?.canonicalId(id);
    if (canonical === undefined) return undefined;
    refuseForeignRef({ kind, id: canonical }, principal, definitions);
    return { kind, id: canonical };
  } catch {
    return undefined;
  }
}
