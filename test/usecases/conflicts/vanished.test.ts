import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import { decideConflict } from '../../../lib/usecases/conflicts/decide-conflict.ts';
import { undoDecision } from '../../../lib/usecases/conflicts/undo-decision.ts';
import { notFound, truth } from '../../integrity/network.ts';
import type { Override } from '../../support/rpc-proxy.ts';
import { type Disputes, losingNode, startDisputes, user1, villa, villas } from './disputes.ts';

let running: Disputes;
afterEach(() => running.close());

const tokens = [0, 1, 2].map(villa);
const tokenTruth = (id: number, height: number) =>
  truth.asset({ collection: 'villas', packageHash: villas, tokenId: String(id) }, height);
const reviewer = { by: 'ada', reviewer: 'ada', note: null } as const;

describe('a contract whose upgrade removed its dictionaries', () => {
  const contract = losingNode('dictionaries');
  beforeEach(async () => {
    contract.isWrong = false;
    running = await startDisputes({ nodes: [contract.answer] });
    for (const token of tokens) await running.read(token);
    running.node.setHeight(61);
    contract.isWrong = true;
  });

  const readAll = async (): Promise<(string | null)[]> => {
    const ids: (string | null)[] = [];
    for (const token of tokens) {
      const { data, source, conflict } = await running.read(token);
      // What cannot be understood is no absence: the record answers, labelled (rule ANSWER-4).
      expect([source, data]).toEqual(
        running.record(token).value === null ? ['chain', null] : ['database', expect.anything()],
      );
      ids.push(conflict);
    }
    return ids;
  };
  const records = () => tokens.map((token) => running.record(token));

  test('keeps its rows unchanged and opens one conflict, which labels the answers', async () => {
    const before = records();
    const ids = await readAll();
    const { id } = running.conflict();
    expect(ids).toEqual([id, id, id]);
    expect(records()).toEqual(before);
    expect(running.conflict()).toMatchObject({
      ref: { kind: 'basis', id: `layout:${villas}` },
      class: 'vanished',
      status: 'open',
      block: truth.block(61),
      fields: [{ field: 'contractHash', database: truth.contractHash(villas, 60), chain: null, resolution: 'review' }],
      evidence: [{ says: 'chain' }],
      revision: 1,
    });
    expect(await running.deliver(id)).toEqual([]);
    expect(running.conflict()).toMatchObject({ status: 'awaiting-review', owner: 'operations', revision: 2 });
    expect(await readAll()).toEqual([id, id, id]);
    expect(running.conflict().revision).toBe(2);
    expect(records()).toEqual(before);
  });

  test('is read from other nodes once, not for each of its tokens', async () => {
    await readAll();
    const asked = () => running.asked[0]?.filter((method) => method === 'chain_get_block').length;
    const calls = running.service.chain.calls();
    await running.read(tokens[0]);
    const oneRead = running.service.chain.calls() - calls;
    expect(oneRead).toBeLessThanOrEqual(4);
    expect(asked()).toBe(0);
  });

  test('returns later: its tokens are read and tracked as before', async () => {
    await readAll();
    contract.isWrong = false;
    running.node.setHeight(62);
    for (const [id, token] of tokens.entries()) {
      expect(await running.read(token)).toMatchObject({ conflict: null, data: tokenTruth(id, 62) });
      expect(running.record(token)).toMatchObject({ block: truth.block(62), conflict: null });
    }
  });

  test('after the decision “chain” each token is saved as absent at its next read', async () => {
    await readAll();
    const { id } = running.conflict();
    await decideConflict(id, { decision: 'chain', ...reviewer }, running.service);
    expect(running.conflict()).toMatchObject({ status: 'resolved', decision: { decision: 'chain', reviewer: 'ada' } });
    expect(records().every(({ value }) => value !== null)).toBe(true);
    expect(await readAll()).toEqual([null, null, null]);
    expect(records().map(({ value, sequence }) => [value, sequence])).toEqual(tokens.map(() => [null, 2]));
    expect(running.audit({ kind: 'conflict', id })).toMatchObject([{ cause: 'review', actor: 'ada' }]);
  });

  test('after the decision “database” the rows stay; if the contract vanishes again, the conflict opens again', async () => {
    await readAll();
    const { id } = running.conflict();
    const before = records();
    await decideConflict(id, { decision: 'database', ...reviewer }, running.service);
    expect(await readAll()).toEqual([id, id, id]);
    expect(running.conflict().status).toBe('resolved');
    expect(records()).toEqual(before);

    contract.isWrong = false;
    running.node.setHeight(70);
    for (const token of tokens) await running.read(token);
    contract.isWrong = true;
    running.node.setHeight(71);
    expect(await readAll()).toEqual([id, id, id]);
    expect(running.conflict()).toMatchObject({ status: 'open', block: truth.block(71), decision: null, revision: 3 });
  });

  test('awaits a review again after the decision is taken back', async () => {
    await readAll();
    const { id } = running.conflict();
    await decideConflict(id, { decision: 'dismiss', ...reviewer }, running.service);
    await undoDecision(id, { by: 'ben', reviewer: 'ben', note: 'too soon' }, running.service);
    expect(running.conflict()).toMatchObject({ status: 'awaiting-review', decision: null, owner: 'operations' });
    expect(running.audit({ kind: 'conflict', id }).map(({ actor }) => actor)).toEqual(['ada', 'ben']);
  });
});

test('one of three nodes has lost the dictionaries: the node is suspected, and no conflict opens', async () => {
  const contract = losingNode('dictionaries');
  const sound: Override = () => undefined;
  running = await startDisputes({ nodes: [contract.answer, sound, sound] });
  await running.read();
  running.node.setHeight(61);
  contract.isWrong = true;
  const answer = await running.read();
  expect(answer).toMatchObject({ source: 'chain', conflict: null, data: tokenTruth(0, 61) });
  expect(running.record()).toMatchObject({ block: truth.block(61), conflict: null });
  expect(running.conflicts()).toEqual([]);
  expect(running.counted('NodeSuspected')).toBe(1);
});

test('one of two nodes has lost them: the conflict awaits a review (rule CONFLICT-3)', async () => {
  const contract = losingNode('dictionaries');
  running = await startDisputes({ nodes: [contract.answer, () => undefined] });
  await running.read();
  running.node.setHeight(61);
  contract.isWrong = true;
  const { conflict: id } = await running.read();
  expect(running.conflict()).toMatchObject({ id, class: 'nodes-disagree', status: 'awaiting-review' });
});

describe('a single entity that vanished', () => {
  test('keeps its row and awaits a review; the decision “chain” stores the absence', async () => {
    const items = losingNode('items');
    running = await startDisputes({ nodes: [items.answer] });
    await running.read();
    running.node.setHeight(61);
    items.isWrong = true;
    const answer = await running.read();
    expect(answer).toMatchObject({ source: 'chain', data: null, block: truth.block(61) });
    const { id } = running.conflict();
    expect(answer.conflict).toBe(id);
    expect(running.conflict()).toMatchObject({
      ref: villa(0),
      class: 'vanished',
      status: 'open',
      block: truth.block(60),
    });
    expect(running.conflict().fields.every(({ chain, resolution }) => chain === null && resolution === 'review')).toBe(
      true,
    );
    await running.deliver(id);
    expect(running.conflict().status).toBe('awaiting-review');
    expect(running.record()).toMatchObject({ value: { owner: user1 }, conflict: { id, state: 'open' } });

    await decideConflict(id, { decision: 'chain', ...reviewer }, running.service);
    expect(running.record()).toMatchObject({
      value: null,
      owner: null,
      sequence: 2,
      block: truth.block(61),
      conflict: null,
    });
    expect(running.audit(villa(0)).at(-1)).toMatchObject({ cause: 'review', actor: 'ada', after: null });
    expect(running.entry()).toMatchObject({ value: null, sequence: 2, conflict: null });
  });

  test('is kept by a decision until the chain has a value again (rule CONFLICT-4)', async () => {
    const items = losingNode('items');
    running = await startDisputes({ nodes: [items.answer] });
    await running.read();
    running.node.setHeight(61);
    items.isWrong = true;
    const { conflict: id } = await running.read();
    await decideConflict(id ?? '', { decision: 'dismiss', ...reviewer }, running.service);
    expect(await running.read()).toMatchObject({ data: null, conflict: id });
    expect(running.record()).toMatchObject({ value: { owner: user1 }, conflict: { id, state: 'kept' } });
    items.isWrong = false;
    running.node.setHeight(62);
    expect(await running.read()).toMatchObject({ data: tokenTruth(0, 62), conflict: null });
    expect(running.record()).toMatchObject({ block: truth.block(62), conflict: null });
  });

  test('an account cannot vanish', async () => {
    const account = { kind: 'account', id: user1 };
    const gone = { is: false };
    const forgotten: Override = ({ method, params }) =>
      gone.is && method === 'query_global_state' && params.key === user1 ? notFound : undefined;
    running = await startDisputes({ nodes: [forgotten] });
    await running.read(account);
    running.node.setHeight(61);
    gone.is = true;
    await running.read(account);
    expect(running.conflict()).toMatchObject({ ref: account, class: 'vanished' });
    expect(running.store.tables.records.get(refKey(account))?.value).not.toBeNull();
  });
});
