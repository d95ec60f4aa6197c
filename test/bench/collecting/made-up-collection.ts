import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { dictionaryKey } from '../../../lib/chain/rpc/state-keys.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { layoutName } from '../../../lib/entities/layout.ts';
import type { StoredBasis } from '../../../lib/usecases/observing/bases.ts';
import { basisRef } from '../../../lib/usecases/process/snapshots.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { type Following, startFollowing } from '../sync/follow.ts';
import type { Between, WorldOptions } from '../sync/world.ts';

const recording = 'chain-d';
const height = 105;
/** Keys of so many tokens are known at a time: more than an enumeration reads at once. */
const keysKnown = 2_000;

/** The layout of a CEP-78 collection whose ids are numbers. */
interface Counted {
  readonly owners: string;
  readonly burnt: string;
  readonly metadata: string;
  readonly approved: string;
  readonly ids: { readonly minted: string };
}

export interface MadeUpCollection extends Following {
  readonly packageHash: string;
  /** The ids of the tokens are the numbers below. */
  readonly tokens: number;
}

export interface MadeUpOptions extends Omit<WorldOptions, 'clock' | 'recording' | 'height' | 'between'> {
  /** Keys of so many tokens are known at a time. */
  readonly known?: number;
}

/**
 * A recorded chain on which one collection has any number of tokens: its counter of minted tokens says so, and what a node answers about a
 * recorded token is also its answer about each made-up one. The keys of made-up tokens are computed as they are asked for, so that the
 * node's memory does not grow with them.
 */
export async function madeUpCollection(
  tokens: number,
  { known = keysKnown, ...options }: MadeUpOptions = {},
): Promise<MadeUpCollection> {
  const packageHash = recordedExamples[recording].collections.villas.package;
  let between: Between | undefined;
  const following = await startFollowing({
    ...options,
    recording,
    height,
    between: (method, params, ask) => (between === undefined ? ask(params) : between(method, params, ask)),
  });
  const { world, service, truth } = following;
  const recorded = truth.tokens.filter((token) => token.packageHash === packageHash);
  const living = recorded.filter((token) => truth.asset(token, height) !== null).map(({ tokenId }) => tokenId);
  await lookup({ kind: 'asset', id: `${packageHash}:${living[0]}` }, defaultReadOptions, service);
  const basis = world.store.tables.records.get(refKey(basisRef(layoutName(packageHash))))?.value as
    | StoredBasis
    | undefined;
  if (basis === undefined) throw new Error('where the tokens of the collection are is not known');
  between = answersFor({ tokens, known }, living, basis.value as Counted);
  return { ...following, packageHash, tokens };
}

function answersFor(
  { tokens, known: most }: { readonly tokens: number; readonly known: number },
  models: readonly string[],
  layout: Counted,
): Between {
  const seeds = [layout.owners, layout.burnt, layout.metadata, layout.approved];
  const minted = layout.ids.minted.slice(0, 'uref-'.length + 64);
  /** Keys of the recorded tokens, by those of the made-up ones. */
  const known = new Map<string, string>();
  let next = 0;

  function recordedKey(key: string): string | undefined {
    // Whatever is asked for again after all the others begins the numbers anew.
    for (let tried = 0; !known.has(key) && tried < tokens; tried += 1) know(next);
    return known.get(key);
  }

  function know(number: number): void {
    const model = models[number % models.length] ?? '';
    for (const seed of seeds) known.set(dictionaryKey(seed, String(number)), dictionaryKey(seed, model));
    next = (number + 1) % tokens;
    for (const oldest of known.keys()) {
      if (known.size <= most * seeds.length) break;
      known.delete(oldest);
    }
  }

  return (_method, params, ask) => {
    const { key } = (params ?? {}) as { readonly key?: string };
    if (key?.startsWith(minted)) return ask(params).replace(/"bytes":"[0-9a-f]+"/, `"bytes":"${u64Bytes(tokens)}"`);
    const asked = key?.startsWith('dictionary-') ? recordedKey(key) : undefined;
    return ask(asked === undefined ? params : { ...params, key: asked });
  };
}

function u64Bytes(number: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes.toString('hex');
}
