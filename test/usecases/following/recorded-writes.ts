import { readFileSync } from 'node:fs';
import { itemKey, type LiquidSettings, type RecordedTruth } from '../../support/recorded-truth.ts';

/**
 * What each block of a recording wrote, from the raw effects alone, without code of the service. A batch is the blocks above
 * `after` through `through`.
 */
export interface RecordedWrites {
  /** Whether the batch wrote a key from which this entity was read at block `own`. */
  affects(ref: Ref, own: number, after: number, through: number): boolean;
  /** Tokens of any collection whose owner the batch wrote. */
  owned(after: number, through: number): readonly Ref[];
  /** Whether a basis of the entity has changed, or may have changed and changed back. */
  sharedChanged(ref: Ref, after: number, through: number): boolean;
}

export interface Ref {
  readonly kind: string;
  readonly id: string;
}

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of many shapes
type Raw = any;

const folder = new URL('../../../infra/local/recordings/', import.meta.url);
/** By kind of metadata. */
const metadataNames = ['metadata_cep78', 'metadata_nft721', 'metadata_raw', 'metadata_custom_validated'];

/** What a contract says of its collection. */
const aboutNames = ['collection_name', 'collection_symbol', 'total_token_supply', 'number_of_minted_tokens'];

export function recordedWrites(
  recording: 'chain-a' | 'chain-d',
  truth: RecordedTruth,
  liquid: LiquidSettings,
): RecordedWrites {
  const writtenAt = new Map<string, number[]>();
  for (const line of readFileSync(new URL(`${recording}/transactions.jsonl`, folder), 'utf8').split('\n')) {
    if (line === '') continue;
    const { transaction, execution_info: info }: Raw = JSON.parse(line);
    const hash = (transaction.Deploy ?? transaction.Version1).hash;
    for (const { key, kind } of [...info.execution_result.Version2.effects, { key: `transaction ${hash}` }]) {
      if (kind !== 'Identity') note(key, info.block_height);
    }
  }

  function note(key: string, height: number): void {
    for (const name of namesOf(key)) {
      const heights = writtenAt.get(name) ?? [];
      if (!heights.includes(height)) writtenAt.set(name, [...heights, height]);
    }
  }

  const heightsOf = (key: string, after: number, through: number): number[] =>
    (writtenAt.get(key) ?? []).filter((height) => height > after && height <= through);

  const keysOf = once((kind: string, id: string, own: number): string[] => {
    const last = truth.lastHeight;
    if (kind === 'transaction') return [`transaction ${id}`];
    if (kind === 'asset') {
      const [packageHash, tokenId] = split(id);
      return dictionariesOf(packageHash, last).map((seed) => itemKey(seed, tokenId));
    }
    if (kind === 'collection')
      return aboutNames.flatMap((name) => {
        const seed = truth.seed(id, name, last);
        return seed === '' ? [] : [`uref-${seed}`];
      });
    const bids = `bids of ${id.replace('account-hash-', '')}`;
    if (kind === 'account') return [id, bids, `balance-${purseOf(id)}`];
    if (truth.staking(id, own, liquid)?.liquid == null) return [id, bids];
    const item = Buffer.from(`00${id.replace('account-hash-', '')}`, 'hex').toString('base64');
    return [id, bids, itemKey(truth.seed(liquid.package, liquid.balances, last), item)];
  });

  const purseOf = (id: string): string =>
    String(truth.account(id, truth.lastHeight)?.mainPurse ?? '').slice('uref-'.length, 'uref-'.length + 64);

  const dictionariesOf = once((packageHash: string, height: number): string[] => {
    const metadata = metadataNames[Number(truth.named(packageHash, 'nft_metadata_kind', height))] ?? '';
    return ['token_owners', 'burnt_tokens', 'approved', metadata].map((name) => truth.seed(packageHash, name, height));
  });

  /** `shared`: a package's hash, or a kind. */
  const sharedHasChanged = once((shared: string, after: number, through: number): boolean => {
    if (shared === 'transaction') return false;
    if (shared !== 'account' && shared !== 'staking') return layoutHasChanged(shared, after, through);
    const eraEnded = truth.switchBlocks.some((height) => height > after && height <= through);
    return eraEnded || (shared === 'staking' && positionsMayHaveChanged(after, through));
  });

  return {
    affects: ({ kind, id }, own, after, through) =>
      keysOf(kind, id, own).some((key) => heightsOf(key, after, through).length > 0),

    owned(after, through) {
      return truth.collections.flatMap(({ packageHash }) => {
        const owners = truth.seed(packageHash, 'token_owners', truth.lastHeight);
        const written = truth.dictionaryWrites.filter(
          ({ seed, height }) => seed === owners && height > after && height <= through,
        );
        return [...new Set(written.map(({ item }) => item))].map((token) => ({
          kind: 'asset',
          id: `${packageHash}:${token}`,
        }));
      });
    },

    sharedChanged: ({ kind, id }, after, through) =>
      sharedHasChanged(kind === 'asset' ? split(id)[0] : kind === 'collection' ? id : kind, after, through),
  };

  function layoutHasChanged(packageHash: string, after: number, through: number): boolean {
    const isOther = `${dictionariesOf(packageHash, after)}` !== `${dictionariesOf(packageHash, through)}`;
    const keys = [`hash-${packageHash}`, `hash-${truth.contractHash(packageHash, through)}`];
    return isOther || wroteTwice(keys, after, through);
  }

  function positionsMayHaveChanged(after: number, through: number): boolean {
    const { rate } = liquid;
    const names = 'value' in rate ? [rate.value] : [rate.numerator, rate.denominator];
    const urefs = names.map((name) => `uref-${truth.seed(liquid.package, name, through)}`);
    const keys = [`hash-${liquid.package}`, `hash-${truth.contractHash(liquid.package, through)}`, ...urefs];
    return wroteTwice(keys, after, through);
  }

  function wroteTwice(keys: readonly string[], after: number, through: number): boolean {
    return new Set(keys.flatMap((key) => heightsOf(key, after, through))).size > 1;
  }
}

/** Computed once for the same arguments. */
function once<Args extends readonly (string | number)[], Result>(work: (...args: Args) => Result) {
  const known = new Map<string, Result>();
  return (...args: Args): Result => {
    const key = args.join(' ');
    if (!known.has(key)) known.set(key, work(...args));
    return known.get(key) as Result;
  };
}

/** A written key, and the name under which it is tracked: the balance of a purse, the bids of an account. */
function namesOf(key: string): string[] {
  if (key.startsWith('balance-hold-')) return [`balance-${key.slice(15, 79)}`];
  if (key.startsWith('uref-')) return [key.slice(0, 69)];
  if (!key.startsWith('bid-addr-')) return [key];
  const [tag, hashes] = [key.slice(9, 11), key.slice(11)];
  const holder = tag === '01' ? hashes.slice(0, 64) : hashes.slice(64, 128);
  return [key, `bids of ${holder}`];
}

function split(id: string): [string, string] {
  const at = id.indexOf(':');
  return [id.slice(0, at), id.slice(at + 1)];
}
