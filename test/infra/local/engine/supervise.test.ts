import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../../../infra/local/engine/engine.ts';
import { createDynamo } from '../../../../lib/store/dynamodb/client.ts';
import { createStore } from '../../../../lib/store/store.ts';
import { eventually } from '../../../faults/child.ts';
import { recordOf } from '../../../store/samples.ts';

let folder: string;
let engine: Engine;
const reports: string[] = [];
const over: string[] = [];

beforeEach(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  folder = await mkdtemp(join(tmpdir(), 'supervised-'));
  engine = await startEngine({ dataDir: folder, report: (message, isOver) => (isOver ? over : reports).push(message) });
});
afterEach(async () => {
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

test('an engine that was killed is reported and started again, with its data, at the same address', async () => {
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
  await createTables(dynamo, 'kept');
  const { records } = createStore(dynamo, 'kept');
  await records.save(recordOf(), undefined, undefined);
  const { pid, endpoint } = engine;
  if (pid === undefined) throw new Error('the engine was not started by this test');
  process.kill(pid, 'SIGKILL');
  await eventually(() => over.includes('the database engine runs again'));
  expect(reports[0]).toBe('the database engine ended (SIGKILL); it is started again');
  expect(engine.endpoint).toBe(endpoint);
  expect(engine.pid).not.toBe(pid);
  await eventually(async () => (await records.get(recordOf().ref).catch(() => undefined)) !== undefined);
  await engine.stop();
  await expect(fetch(endpoint)).rejects.toThrow();
  dynamo.destroy();
});
