import { setTimeout as pause } from 'node:timers/promises';
import { firstBrokenLink } from '../../../lib/domain/audit-chain.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import type { DevChain } from '../dev-chain/dev-chain.ts';
import { recordedExamples } from '../dev-chain/recorded-examples.ts';
import type { Ask, Asked } from './ask.ts';

export interface Step {
  readonly title: string;
  /** What the reader has just seen; true only if all checks hold. */
  readonly shows: string;
  act(): Promise<Readonly<Record<string, boolean>>>;
}

/** Token 0 of the villas changes its owner at blocks 31, 32, 51 and 81 of the recording. */
const villa = '/v1/assets/villas/0';
export const firstHeight = 30;

const { account, transaction, collections } = recordedExamples['chain-a'];
const noCache = { 'Cache-Control': 'no-cache' };

const from = ({ body }: Asked, source: string): Readonly<Record<string, boolean>> => ({
  [`meta.source is ${source}`]: body.meta?.source === source,
});

export function stepsOn({ chain, ask }: { readonly chain: DevChain; readonly ask: Ask }): readonly Step[] {
  let firstOwner: string;
  let lastOwner: string;

  return [
    {
      title: 'A first look at a token',
      shows: 'Nothing was cached, so the chain was asked, at its newest block.',
      async act() {
        const got = await ask.get(villa);
        firstOwner = got.body.data?.owner;
        return {
          'status is 200': got.status === 200,
          ...from(got, 'chain'),
          'not stale': got.body.meta.stale === false,
          'read at the newest block': got.body.meta.block.height === firstHeight,
          'the chain was called': got.callsInAll > 0,
        };
      },
    },
    {
      title: 'The same again',
      shows: 'A cache hit: the same owner, and it cost the chain nothing.',
      async act() {
        const got = await ask.get(villa);
        return {
          ...from(got, 'cache'),
          'Cache-Status is a hit': got.headers.get('cache-status') === 'astake-lookup; hit',
          'the same owner': got.body.data.owner === firstOwner,
          'no chain calls': got.callsInAll === 0,
        };
      },
    },
    {
      title: 'The token is sold in block 31 and again in 32: a forced refresh',
      shows: 'The chain was asked although something was cached: a higher block, a new owner.',
      async act() {
        chain.setHeight(32);
        const got = await ask.get(villa, noCache);
        lastOwner = got.body.data?.owner;
        return {
          ...from(got, 'chain'),
          'read at block 32': got.body.meta.block.height === 32,
          'another owner': typeof lastOwner === 'string' && lastOwner !== firstOwner,
        };
      },
    },
    {
      title: 'The chain goes down; a second later',
      shows: 'The database answers in its place, and says so: stale, its age, and the block it was read at.',
      async act() {
        chain.fault('down');
        await pause(1_100);
        const got = await ask.get(villa, noCache);
        return {
          'status is 200': got.status === 200,
          ...from(got, 'database'),
          'labelled stale': got.body.meta.stale === true,
          'its age is told': got.body.meta.age >= 1 && got.headers.get('age') === String(got.body.meta.age),
          'nobody may keep it': got.headers.get('cache-control') === 'max-age=0',
          'as last read, at block 32': got.body.meta.block.height === 32 && got.body.data.owner === lastOwner,
        };
      },
    },
    {
      title: 'A client that refuses stale answers',
      shows: 'An error instead of an old value, and when to come back.',
      async act() {
        const got = await ask.get(villa, { 'Cache-Control': 'no-cache, stale-if-error=0' });
        return {
          'status is 503': got.status === 503,
          'code is chain_unavailable': got.body.code === 'chain_unavailable',
          'Retry-After is given': Number(got.headers.get('retry-after')) > 0,
        };
      },
    },
    {
      title: 'A token that was never looked at, while the chain is down',
      shows: '503, not 404: "could not ask" is not "does not exist".',
      async act() {
        const got = await ask.get('/v1/assets/villas/1');
        return { 'status is 503': got.status === 503, 'it may be retried': got.body.retryable === true };
      },
    },
    {
      title: 'The chain recovers, 19 blocks later',
      shows: 'The chain answers again; the token was sold in block 51.',
      async act() {
        chain.fault(undefined);
        chain.setHeight(51);
        const got = await ask.get(villa, noCache);
        return {
          ...from(got, 'chain'),
          'not stale': got.body.meta.stale === false,
          'read at block 51': got.body.meta.block.height === 51,
          'another owner': got.body.data.owner !== lastOwner,
        };
      },
    },
    {
      title: 'A token that does not exist',
      shows: '404, and as of which block: only a clean "not found" of a node counts as absence.',
      async act() {
        const got = await ask.get('/v1/assets/villas/999');
        return {
          'status is 404': got.status === 404,
          'code is not_found': got.body.code === 'not_found',
          'at block 51': got.body.meta?.block.height === 51,
        };
      },
    },
    {
      title: 'Read your writes: the client knows that its sale is in block 81, the chain is at 80',
      shows: 'The request waited for block 81, and has what was written there; the cached answer was too old.',
      async act() {
        chain.setHeight(80);
        const before = await ask.get(villa, noCache);
        const [got] = await Promise.all([ask.get(`${villa}?minHeight=81`), pause(300).then(() => chain.setHeight(81))]);
        return {
          'first read at block 80': before.body.meta.block.height === 80,
          ...from(got, 'chain'),
          'read at block 81': got.body.meta.block.height === 81,
          'another owner': got.body.data.owner !== before.body.data.owner,
        };
      },
    },
    {
      title: 'A batch of all kinds',
      shows: 'An outcome for each, in order, all as of one block: its height was asked for once.',
      async act() {
        const refs = [
          { kind: 'asset', id: 'villas:1' },
          { kind: 'account', id: account },
          { kind: 'staking', id: account },
          { kind: 'transaction', id: transaction },
          { kind: 'asset', id: 'villas:998' },
        ];
        const got = await ask.post('/v1/lookup', refs);
        const results: { data?: { kind: string }; error?: { code: string }; meta: { block: { height: number } } }[] =
          got.body.results;
        const outcomes = results.map(({ data, error }) => data?.kind ?? error?.code);
        return {
          'outcomes in order': outcomes.join() === 'asset,account,staking,transaction,not_found',
          'all at block 81': results.every(({ meta }) => meta.block.height === 81),
          'one call for the tip': got.calls.info_get_status === 1,
        };
      },
    },
    {
      title: 'What happened to the token',
      shows: 'Every change of the record, each entry chained to the one before by its digest; the chain is whole.',
      async act() {
        const { body } = await ask.get(`${villa}/history`);
        const ref = { kind: 'asset', id: `${collections.villas.package}:0` };
        const entries: AuditEntry[] = body.entries.map((entry: Omit<AuditEntry, 'ref'>) => ({ ref, ...entry }));
        return {
          'an entry per change that was seen': entries.map(({ block }) => block?.height).join() === '81,51,32,30',
          'the digests are whole': firstBrokenLink(entries.toReversed()) === undefined,
          'the first has none before it': entries.at(-1)?.previousDigest === null,
        };
      },
    },
    {
      title: 'Health',
      shows: 'Chain and store both answer.',
      async act() {
        const got = await ask.get('/v1/health');
        return { 'status is 200': got.status === 200, healthy: got.body.status === 'healthy' };
      },
    },
  ];
}
