import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import type { RecordingName } from '../../../infra/local/dev-chain/recording.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { beginEnumeration } from '../../../lib/usecases/collecting/begin-enumeration.ts';
import { enumerateCollection } from '../../../lib/usecases/collecting/enumerate-collection.ts';
import { wholenessOf } from '../../../lib/usecases/status/wholeness.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';

/** One execution of the state machine. */
export async function enumerateAll(service: Service): Promise<void> {
  const { collections } = await beginEnumeration(service);
  for (const due of collections) while (!(await enumerateCollection(due, service)).done);
}

/** Of each configured collection: its state, and through which block it is whole. */
export async function wholeness(service: Service): Promise<readonly (readonly [string, number | null])[]> {
  const snapshot = await service.snapshots.renewed();
  const known = await wholenessOf(snapshot, service);
  return known.map(({ wholeness: { state, through } }) => [state, through?.height ?? null]);
}

/** The lists of a recording, and of a store, each row as a text. */
export function listsOf(recording: RecordingName) {
  const truth = recordedTruth(recording);
  const packages: readonly string[] = Object.values(recordedExamples[recording].collections).map((one) => one.package);
  const tokens = truth.tokens.filter(({ packageHash }) => packages.includes(packageHash));
  const owners = ownersEver();
  const row = (list: string, id: string): string => `${list}: ${id}`;
  return {
    lastHeight: truth.lastHeight,
    packages,

    /** Every owner's list and every collection's, as the recording has them at a height. */
    at: (height: number): string[] =>
      tokens
        .flatMap(({ packageHash, tokenId }) => {
          const asset = truth.asset({ packageHash, tokenId } as never, height) as { owner: string | null } | null;
          if (asset === null) return [];
          const id = `${packageHash}:${tokenId}`;
          const ofCollection = row(packageHash, `${id} of ${asset.owner}`);
          return asset.owner === null ? [ofCollection] : [ofCollection, row(asset.owner, id)];
        })
        .sort(),

    async stored({ listings }: Pick<Service, 'listings'>): Promise<string[]> {
      const found: string[] = [];
      for (const hash of packages)
        for await (const page of listings.holdings(hash))
          found.push(...page.map(({ id, owner }) => row(hash, `${id} of ${owner}`)));
      for (const owner of owners)
        found.push(...(await listings.byOwner('asset', owner, { limit: 1_000 })).refs.map(({ id }) => row(owner, id)));
      return found.sort();
    },
  };

  function ownersEver(): ReadonlySet<string> {
    const owners = new Set<string>();
    for (let height = 0; height <= truth.lastHeight; height += 1)
      for (const token of tokens) {
        const owner = (truth.asset(token, height) as { owner: string | null } | null)?.owner;
        if (owner != null) owners.add(owner);
      }
    return owners;
  }
}
