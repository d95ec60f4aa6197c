import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { startService, type TestService } from '../support/service.ts';

interface Recorded {
  readonly key: string;
  readonly versions: readonly { readonly height: number; readonly value?: { readonly BidKind: object } }[];
}

const recording = join(import.meta.dirname, '../../infra/local/recordings/chain-d');
const bidsAt = (height: number): object[] =>
  readFileSync(join(recording, 'state.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line.includes('"bid-addr-'))
    .map(
      (line) => (JSON.parse(line) as Recorded).versions.findLast((version) => version.height <= height)?.value?.BidKind,
    )
    .filter((bid) => bid !== undefined);

const auctionAt = (height: number, method: string) =>
  method === 'state_get_auction_info_v2'
    ? {
        result: {
          api_version: '2.0.0',
          auction_state: { block_height: height, bids: bidsAt(height).map((bid) => ({ bid })) },
        },
      }
    : undefined;

const accounts = JSON.parse(readFileSync(join(recording, 'meta.json'), 'utf8')).accounts as Record<
  string,
  { accountHash: string }
>;

let plain: TestService | undefined;
let open: TestService;
afterEach(async () => {
  await plain?.close();
  await open.close();
});

test.each([60, 90, 104, 131])(
  'at block %i a node that answers the auction call gives the same positions as a node that refuses it, and they are complete',
  async (height) => {
    const asking = await startService({ recording: 'chain-d', height });
    plain = asking;
    open = await startService({ recording: 'chain-d', height, override: ({ method }) => auctionAt(height, method) });
    let staking = 0;
    for (const { accountHash } of Object.values(accounts)) {
      const ref = { kind: 'staking', id: accountHash };
      const [asked, listed] = await Promise.all([
        lookup(ref, defaultReadOptions, asking.service),
        lookup(ref, defaultReadOptions, open.service),
      ]);
      expect(listed.data).toEqual(asked.data && { ...asked.data, complete: true });
      staking += (listed.data as { delegations?: unknown[] } | null)?.delegations?.length ?? 0;
    }
    expect(staking).toBeGreaterThan(3);
  },
);

test('an incomplete reading does not replace a complete one (rule KIND-4)', async () => {
  let refusing = false;
  open = await startService({
    recording: 'chain-d',
    height: 60,
    override: ({ method }) => (refusing ? undefined : auctionAt(60, method)),
  });
  const ref = { kind: 'staking', id: Object.values(accounts)[3]?.accountHash ?? '' };
  await lookup(ref, defaultReadOptions, open.service);
  const kept = open.store.tables.records.get(`staking#${ref.id}`);
  refusing = true;
  open.node.setHeight(70);
  const later = await lookup(ref, { ...defaultReadOptions, noCache: true, staleIfError: 0 }, open.another());
  expect(kept?.value).toMatchObject({ complete: true });
  expect(later).toMatchObject({ source: 'chain', block: { height: 70 }, data: { complete: false } });
  expect(open.store.tables.records.get(`staking#${ref.id}`)).toEqual(kept);
});
