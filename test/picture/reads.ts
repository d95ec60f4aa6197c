import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

export interface Read {
  /** Of the route. */
  readonly path: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const { owner, transaction } = recordedExamples['chain-a'];
const account = '/v1/accounts/{id}';

/** What readers ask for, one after the other: some things often, each account sometimes, and once in a while past the cache. */
export function readsInTurn(): () => Read {
  const often: readonly Read[] = [
    { path: account, url: `/v1/accounts/${owner}` },
    { path: '/v1/assets/{collection}/{tokenId}', url: '/v1/assets/villas/0' },
    { path: `${account}/staking`, url: `/v1/accounts/${owner}/staking` },
    { path: '/v1/collections/{collection}', url: '/v1/collections/villas' },
    { path: '/v1/transactions/{hash}', url: `/v1/transactions/${transaction}` },
    { path: '/v1/collections/{collection}/assets', url: '/v1/collections/villas/assets' },
    { path: `${account}/transactions`, url: `/v1/accounts/${owner}/transactions` },
    { path: '/v1/changes', url: '/v1/changes' },
  ];
  const accounts = recordedTruth('chain-a').accounts.map(
    ({ id }): Read => ({ path: account, url: `/v1/accounts/${id}` }),
  );
  const past = { path: account, url: `/v1/accounts/${owner}`, headers: { 'cache-control': 'no-cache' } };
  const absent = { path: '/v1/assets/{collection}/{tokenId}', url: '/v1/assets/villas/987654' };
  let at = -1;
  return () => {
    at += 1;
    if (at % 40 === 39) return past;
    if (at % 50 === 49) return absent;
    if (at % 10 === 9) return accounts[Math.floor(at / 10) % accounts.length] ?? past;
    return often[at % often.length] ?? past;
  };
}
