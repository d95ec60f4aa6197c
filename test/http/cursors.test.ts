import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { type Got, type Local, startLocal } from '../support/local.ts';

const { account, owner, collections } = recordedExamples['chain-a'];
const { villas, tickets } = collections;
const operator = { authorization: 'Bearer a-key-for-tests-only' };
const span = { from: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' };

let local: Local;
beforeAll(async () => {
  local = await startLocal();
  for (const id of [0, 1, 2]) expect((await local.get(`/v1/assets/villas/${id}`)).status).toBe(200);
  expect((await local.get(`/v1/accounts/${account}`)).status).toBe(200);
});
afterAll(() => local.close());

/** A cursor as the service makes it: any caller can compute one. */
function forged(query: string, position: unknown): string {
  const digest = createHash('sha256').update(query).digest('base64url').slice(0, 12);
  return Buffer.from(JSON.stringify([digest, position])).toString('base64url');
}

const hash = 'ab'.repeat(32);
const odd: readonly unknown[] = [
  null,
  true,
  7,
  -1,
  1.5,
  '',
  'x',
  [],
  {},
  ['a'],
  '\ud800',
  `${'z'.repeat(3_000)}`,
  '\u0000',
];

interface List {
  /** The query that the cursors of the list are bound to. */
  readonly bound: string;
  ask(cursor: string): Promise<Got>;
  /** Positions that look right and lie outside the query. */
  readonly outside: readonly unknown[];
}

const lists: Readonly<Record<string, List>> = {
  "an owner's assets": {
    bound: JSON.stringify(['assets', owner, null]),
    ask: (cursor) => local.get(`/v1/assets?owner=${owner}&cursor=${cursor}`),
    outside: ['villas:0', `${villas.package}:`, `${villas.package}0`, `${villas.package}:${'7'.repeat(2_000)}`],
  },
  "an owner's assets of one collection": {
    bound: JSON.stringify(['assets', owner, villas.package]),
    ask: (cursor) => local.get(`/v1/assets?owner=${owner}&collection=villas&cursor=${cursor}`),
    outside: [`${tickets.package}:0`, `${hash}:0`],
  },
  'a history': {
    bound: `account#${owner}`,
    ask: (cursor) => local.get(`/v1/accounts/${account}/history?cursor=${cursor}`),
    outside: [0, '1', 2 ** 53],
  },
  conflicts: {
    bound: JSON.stringify(['conflicts', ['open']]),
    ask: (cursor) => local.get(`/v1/conflicts?status=open&cursor=${cursor}`, operator),
    outside: [`resolved ${hash}`, `awaiting-review ${hash}`, 'open x', `open ${hash}`, `open ${hash} x`],
  },
  'conflicts that are resolved': {
    bound: 'resolve',
    ask: (cursor) => local.post(`/v1/conflicts/resolve?dryRun=true&cursor=${cursor}`, {}, operator),
    outside: [`resolved ${hash}`, `open ${hash}`, `open  ${hash}`],
  },
  'runs of reconciliation': {
    bound: 'reconciliations',
    ask: (cursor) => local.get(`/v1/reconciliations?cursor=${cursor}`, operator),
    outside: ['no-such-run', 'a b', '#'],
  },
  'an audit report': {
    bound: JSON.stringify(['audit', span, 'json']),
    ask: (cursor) => local.get(`/v1/audit?from=${span.from}&until=${span.until}&cursor=${cursor}`, operator),
    outside: [
      span.until,
      '2025-12-31T23:59:59.999Z',
      '2026-01-01',
      '2026-01-01T00:00:00Z',
      '+020260-01-01T00:00:00.000Z',
      '0',
    ],
  },
  'an invalidation': {
    bound: JSON.stringify(['invalidations', owner, 'asset']),
    ask: (cursor) => local.post('/v1/invalidations', { owner, kind: 'asset', cursor }, operator),
    outside: [`account#${owner}`, 'asset#', 'asset#x', 'asset', `asset#villas:0`, `house#${villas.package}:0`],
  },
};

describe('a forged cursor is refused, and leads out of no query', () => {
  test.each(Object.entries(lists))('%s', async (_, { bound, ask, outside }) => {
    const positions = [...odd, ...outside].filter((position) => !(position === 7 && bound.startsWith('account#')));
    expect(positions.length).toBeGreaterThan(odd.length);
    for (const position of positions) {
      const { status, body } = await ask(forged(bound, position));
      expect([position, status, body.code, body.errors?.[0]?.path]).toEqual([
        position,
        400,
        'invalid_request',
        'cursor',
      ]);
    }
  });
});
