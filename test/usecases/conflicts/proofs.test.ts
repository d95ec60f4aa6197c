import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import type { Decision } from '../../../lib/domain/conflict.ts';
import { decideConflict } from '../../../lib/usecases/conflicts/decide-conflict.ts';
import { undoDecision } from '../../../lib/usecases/conflicts/undo-decision.ts';
import { type Disputes, startDisputes } from './disputes.ts';

/** Rule PROOF-2: which side of a conflict is proved, on a chain whose nodes give proofs. */
const account = { kind: 'account', id: recordedExamples['chain-e'].owner };
const purse = `uref-${'ab'.repeat(32)}-007`;
const proved = expect.objectContaining({
  level: expect.stringMatching(/^(state|signed)$/),
  height: 60,
  evidence: { root: expect.any(String), digest: expect.any(String) },
});
const disputed = expect.objectContaining({ level: 'none', reason: 'disputed', evidence: null });

let running: Disputes;
let id: string;
beforeEach(async () => {
  running = await startDisputes({ recording: 'chain-e' });
  await running.read(account);
  expect(running.record(account).proof).toEqual(proved);
  running.edit({ mainPurse: purse }, account);
  id = (await running.read(account)).conflict ?? '';
});
afterEach(() => running.close());

const decide = (decision: Decision) =>
  decideConflict(id, { decision, by: 'ada', reviewer: 'ada', note: null }, running.service);

test('the conflict has the proof of the chain’s side, and the record in it has none any more', async () => {
  expect(running.conflict().proof).toEqual(proved);
  expect(running.record(account).proof).toEqual(disputed);
  expect(running.entry(account)?.proof).toMatchObject({ level: 'none', reason: 'disputed' });
  // The reader gets the chain's value, as it was proved for this reading.
  expect(await running.read(account)).toMatchObject({ source: 'chain', conflict: id, proof: { height: 60 } });
  await running.deliver(id);
  expect(running.conflict()).toMatchObject({ status: 'awaiting-review', proof: { height: 60 } });
});

test('what a person keeps against the chain is not proved, nor is it after the decision is undone', async () => {
  await running.deliver(id);
  await decide('database');
  expect(running.record(account).proof).toEqual(disputed);
  expect(running.audit(account).at(-1)).not.toHaveProperty('proof');
  await undoDecision(id, { by: 'ben', reviewer: 'ben', note: null }, running.service);
  expect(running.record(account).proof).toEqual(disputed);
});

test('the chain’s value, once it is stored, has the proof of its reading, and so has its entry', async () => {
  await running.deliver(id);
  await decide('chain');
  expect(running.record(account)).toMatchObject({ conflict: null, sequence: 2 });
  expect(running.record(account).proof).toEqual(proved);
  expect(running.audit(account).map(({ proof }) => proof)).toEqual([proved, proved]);
  await undoDecision(id, { by: 'ben', reviewer: 'ben', note: null }, running.service);
  expect(running.record(account).proof).toEqual(disputed);
});
