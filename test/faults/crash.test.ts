import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { startEngine } from '../../infra/local/engine/engine.ts';
import { firstBrokenLink } from '../../lib/domain/audit-chain.ts';
import { parseRefKey, refKey } from '../../lib/domain/entity.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo, type Dynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { tableName } from '../../lib/store/tables.ts';
import { alive, eventually, killAll, startService } from './child.ts';

const firstHeight = 20;
const prefix = namePrefix('local');
const { collections } = recordedExamples['chain-a'];

let node: DevChain;
let folder: string;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  node = await startDevChain({ height: firstHeight });
});
afterAll(async () => {
  killAll();
  await node.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astake-crash-'));
  node.setHeight(firstHeight);
});

const settings = () => ({
  CASPER_RPC_URLS: node.url,
  CASPER_CHAIN_NAME: node.chainName,
  ASTAKE_MAX_TIP_AGE_SECONDS: '0',
  ASTAKE_PROVE_PERCENT: '0',
  ASTAKE_COLLECTIONS: JSON.stringify(collections),
  ASTAKE_DATA_DIR: folder,
  // A busy machine must not make a read late.
  ASTAKE_DEADLINE_MS: '15000',
  ASTAKE_ATTEMPT_MS: '5000',
});

/** Paths of all entities in the recording, of all kinds. */
function allPaths(): string[] {
  const recording = loadRecording('chain-a');
  const accounts = Object.values(
    (recording.meta as unknown as { accounts: Record<string, { publicKey: string }> }).accounts,
  );
  const hashes = [...recording.transactions.keys()].map((key) => key.split(' ')[1]);
  return [
    ...[0, 1, 2, 3, 4].flatMap((id) => [`/v1/assets/villas/${id}`, `/v1/assets/tickets/${id}`]),
    ...accounts.flatMap(({ publicKey }) => [`/v1/accounts/${publicKey}`, `/v1/accounts/${publicKey}/staking`]),
    ...hashes.map((hash) => `/v1/transactions/${hash}`),
  ];
}

/** A small generator (mulberry32): a seed reproduces the moment of the kill. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Requests all paths at once, repeatedly, on a growing chain. Kills the service after `killAfter` answers. */
async function storm(url: string, killAfter: number, kill: () => void): Promise<number> {
  let answers = 0;
  const ask = async (path: string): Promise<void> => {
    try {
      const response = await fetch(url + path, { headers: { 'cache-control': 'no-cache' } });
      await response.arrayBuffer();
      answers += 1;
      if (answers % 20 === 0) node.setHeight(Math.min(node.height() + 3, 60));
      if (answers === killAfter) kill();
    } catch {
      // The service is dead: pending requests fail.
    }
  };
  while (answers < killAfter) {
    const before = answers;
    await Promise.all(allPaths().map(ask));
    if (answers === before) break;
  }
  return answers;
}

async function scan(dynamo: Dynamo, table: 'records' | 'audit'): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({ TableName: tableName(prefix, table), ConsistentRead: true, ExclusiveStartKey: start }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** The problems of the stored data, record by record, and the number of records and of their later changes. */
async function examine(): Promise<{ wrong: string[]; records: number; changes: number }> {
  const engine = await startEngine({ dataDir: folder });
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
  const store = createStore(dynamo, prefix);
  const wrong: string[] = [];
  let changes = 0;
  try {
    const keys = (await scan(dynamo, 'records')).map(({ ref }) => String(ref));
    const audited = new Set((await scan(dynamo, 'audit')).map(({ ref }) => String(ref)));
    for (const key of audited) if (!keys.includes(key)) wrong.push(`${key}: audit entries without a record`);
    for (const key of keys) {
      const record = await store.records.get(parseRefKey(key));
      if (record === undefined) throw new Error(`${key} cannot be read`);
      const trail = (await store.audit.history(record.ref, { limit: 1_000 })).toReversed();
      changes += record.sequence - 1;
      const sequences = trail.map(({ sequence }) => sequence);
      const expected = Array.from({ length: record.sequence }, (_, at) => at + 1);
      if (sequences.join() !== expected.join())
        wrong.push(`${key}: entries ${sequences} for sequence ${record.sequence}`);
      if (firstBrokenLink(trail) !== undefined) wrong.push(`${key}: broken audit chain`);
      if (trail[0]?.previousDigest !== null) wrong.push(`${key}: the first entry has a previous digest`);
      if (record.auditHead !== trail.at(-1)?.digest) wrong.push(`${key}: the audit head is not the last entry`);
      for (const stateKey of record.readSet) {
        for (const watcher of ['!', refKey(record.ref)]) {
          const row = await dynamo.send(
            new GetCommand({
              TableName: tableName(prefix, 'watches'),
              Key: { stateKey, watcher },
              ConsistentRead: true,
            }),
          );
          if (row.Item === undefined) wrong.push(`${key}: no watch ${watcher} on ${stateKey}`);
          else if (row.Item.expiresAt * 1000 < Date.parse(record.trackedUntil))
            wrong.push(`${key}: the watch ${watcher} on ${stateKey} expires before the record's trackedUntil`);
        }
      }
    }
    return { wrong, records: keys.length, changes };
  } finally {
    dynamo.destroy();
    await engine.stop();
  }
}

/** FAULT_SEED replays one seed. Otherwise seeds are random, and the test titles name them. */
const seeds = process.env.FAULT_SEED
  ? [Number(process.env.FAULT_SEED)]
  : Array.from({ length: 3 }, () => randomInt(1_000_000));

describe('A service that is killed during many writes', () => {
  test.each(seeds)(
    'leaves every record with its complete audit chain and all its watches: rules SAVE-1, SAVE-3, ITEM-2, ITEM-3, TRACK-3 (FAULT_SEED=%i)',
    async (seed) => {
      const killAfter = 10 + Math.floor(random(seed)() * 200);
      const service = await startService(settings());
      // These records exist before, so that the later requests change them.
      for (const path of allPaths().filter((one) => one.startsWith('/v1/accounts'))) await fetch(service.url + path);
      await storm(service.url, killAfter, () => service.kill('SIGKILL'));
      expect(await service.ended).toBe('SIGKILL');
      await eventually(() => service.children.every((pid) => !alive(pid)));

      const { wrong, records } = await examine();
      expect(wrong).toEqual([]);
      expect(records).toBeGreaterThan(0);

      // The next start continues with this data.
      const next = await startService(settings());
      node.setHeight(60);
      for (const path of allPaths()) {
        const response = await fetch(next.url + path, { headers: { 'cache-control': 'no-cache, stale-if-error=0' } });
        const body = (await response.json()) as { meta?: { source: string } };
        expect({ path, source: body.meta?.source }).toEqual({ path, source: 'chain' });
      }
      next.kill('SIGINT');
      expect(await next.ended).toBe(0);
      const after = await examine();
      expect(after.wrong).toEqual([]);
      expect(after.records).toBeGreaterThanOrEqual(records);
      expect(after.changes).toBeGreaterThan(0);
      await rm(folder, { recursive: true, force: true });
    },
  );
});
