import { afterEach, describe, expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { LOGIC_VERSION, noProgress } from '../../../lib/domain/progress.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { outcomeOf, truth } from '../../integrity/network.ts';
import type { Override } from '../../support/rpc-proxy.ts';
import { type Disputes, startDisputes, stranger, user1, villa, villas, wrongNode } from './disputes.ts';

let running: Disputes;
afterEach(() => running.close());

const token = { collection: 'villas', packageHash: villas, tokenId: '0' };
const sound: Override = () => undefined;
const names = () => running.service.config.upstreams.map(({ name }) => name);
const backwards = () => running.another((urls) => urls.toReversed());

describe('one of three nodes gives another value', () => {
  test('than a true record: the node is suspected, not the record, and the answer is from the other nodes', async () => {
    const first = wrongNode();
    running = await startDisputes({ nodes: [first.answer, sound, sound] });
    await running.read();
    const record = running.record();
    first.isWrong = true;
    const answer = await running.read();
    expect(answer).toMatchObject({ source: 'chain', conflict: null, data: truth.asset(token, 60) });
    expect(running.conflicts()).toEqual([]);
    expect({ ...running.record(), checkedAt: record.checkedAt }).toEqual(record);
    expect(running.counted('NodeSuspected')).toBe(1);
    const [suspected] = names();
    expect(running.audit({ kind: 'node', id: suspected ?? '' })).toMatchObject([
      { cause: 'refusal', actor: 'service', after: { ref: villa(0) }, block: truth.block(60) },
    ]);
    expect(running.service.chain.nodes()).toEqual(names().slice(1));
  });

  test('and is no longer called for state, so that no other answer is wrong', async () => {
    const first = wrongNode();
    running = await startDisputes({ nodes: [first.answer, sound, sound] });
    await running.read();
    first.isWrong = true;
    await running.read();
    const before = running.asked[0]?.filter((method) => method === 'query_global_state').length;
    const other = await running.read(villa(1));
    expect(other.data).toEqual(truth.asset({ ...token, tokenId: '1' }, 60));
    expect(running.asked[0]?.filter((method) => method === 'query_global_state').length).toBe(before);
  });

  test('and its value was saved: the other nodes refute the record, and it is corrected (rule CONFLICT-3)', async () => {
    const first = wrongNode();
    running = await startDisputes({ nodes: [first.answer, sound, sound] });
    first.isWrong = true;
    await running.read();
    expect(running.record()).toMatchObject({ value: { owner: stranger } });
    const service = backwards();
    const answer = await running.read(villa(0), service);
    expect(answer.data).toEqual(truth.asset(token, 60));
    expect(running.conflict()).toMatchObject({
      id: answer.conflict,
      class: 'value',
      fields: [{ field: 'owner', database: stranger, chain: user1 }],
    });
    expect(running.conflict().evidence.map(({ node, says }) => [node, says])).toEqual([
      [names()[2], 'chain'],
      [names()[1], 'chain'],
      [names()[0], 'database'],
    ]);
    first.isWrong = false;
    expect(await running.deliver(answer.conflict ?? '')).toEqual([]);
    expect(running.record()).toMatchObject({ value: { owner: user1 }, sequence: 2, conflict: null });
  });

  test('of the contract on which its tokens depend: each node votes with its own value of the contract', async () => {
    const contracts = { isWrong: false };
    const otherwise: Override = async ({ method, params }, forward) => {
      if (!contracts.isWrong || method !== 'query_global_state' || !params.key.startsWith('hash-')) return undefined;
      const answer = await forward();
      const contract = answer.result?.stored_value?.Contract;
      if (contract === undefined) return undefined;
      // The dictionary of burnt tokens is replaced by the dictionary of owners: each token seems burnt.
      const owners = contract.named_keys.find(({ name }: { name: string }) => name === 'token_owners');
      for (const named of contract.named_keys) if (named.name === 'burnt_tokens') named.key = owners.key;
      return answer;
    };
    running = await startDisputes({ nodes: [otherwise, sound, sound] });
    await running.read();
    // The store behaves as if it had never had the collection's layout.
    running.store.tables.records.delete(`basis#layout:${villas}`);
    running.store.tables.audit.delete(`basis#layout:${villas}`);
    contracts.isWrong = true;
    const service = running.another();
    const answer = await running.read(villa(0), service);
    expect(answer).toMatchObject({ conflict: null, data: { owner: user1, burnt: false } });
    expect(running.conflicts()).toEqual([]);
    expect(running.counted('NodeSuspected')).toBe(1);
    const others = [...Array(9).keys()].map((id) => ({ ...token, tokenId: String(id + 1) }));
    for (const other of others) {
      const { data } = await running.read(villa(other.tokenId), service);
      expect(data).toEqual(truth.asset(other, 60));
    }
    const layout = running.record({ kind: 'basis', id: `layout:${villas}` }).value as { value: Record<string, string> };
    expect(layout.value.burnt).not.toBe(layout.value.owners);
  });
});

describe('two nodes give two values', () => {
  test('with no majority: the conflict awaits a review and labels the answers (rule CONFLICT-3)', async () => {
    const first = wrongNode();
    running = await startDisputes({ nodes: [first.answer, sound], env: { ASTAKE_CONFLICT_HOURS: '72' } });
    await running.read();
    first.isWrong = true;
    const { conflict: id } = await running.read();
    const { deadline, openedAt, ...conflict } = running.conflict();
    expect(conflict).toMatchObject({
      id,
      class: 'nodes-disagree',
      status: 'awaiting-review',
      owner: 'operations',
      evidence: [{ says: 'chain' }, { says: 'database' }],
    });
    expect(Date.parse(deadline ?? '') - Date.parse(openedAt)).toBe(72 * 3_600_000);
    expect(running.counted('NodeSuspected')).toBe(0);
    await running.deliver(id ?? '');
    expect(running.conflict().status).toBe('awaiting-review');
    expect(running.record()).toMatchObject({ value: { owner: user1 }, conflict: { id, state: 'open' } });
  });

  test('while a third node does not answer', async () => {
    const first = wrongNode();
    const silence = { is: false };
    running = await startDisputes({
      nodes: [first.answer, sound, () => (silence.is ? { status: 503 } : undefined)],
      env: { ASTAKE_HEDGE_MS: '0' },
    });
    await running.read();
    Object.assign(first, { isWrong: true });
    silence.is = true;
    await running.read();
    expect(running.conflict().evidence.map(({ says }) => says)).toEqual(['chain', 'database', 'nothing']);
    expect(running.conflict().class).toBe('nodes-disagree');
  });
});

describe('no conflict opens', () => {
  test('if the value changed between two reads', async () => {
    running = await startDisputes({ nodes: [sound, sound] });
    await running.read();
    running.node.setHeight(81);
    const answer = await running.read();
    expect(answer).toMatchObject({ conflict: null, data: truth.asset(token, 81) });
    expect(running.conflicts()).toEqual([]);
    expect(running.record()).toMatchObject({ sequence: 2, block: truth.block(81), conflict: null });
    expect([running.counted('Conflict'), running.counted('Missed')]).toEqual([0, 0]);
  });

  test('if a node that is catching up answers with old state; the record is not overwritten', async () => {
    running = await startDisputes({ height: 81, nodes: [sound] });
    await running.read();
    const record = running.record();
    running.node.fault('catching-up', { blocksBehind: 20 });
    const answer = await outcomeOf(running.read(villa(0), running.another()));
    expect(answer).toEqual({ data: truth.asset(token, 81) });
    running.node.fault('lagging', { blocksBehind: 20 });
    await running.read(villa(0), running.another());
    expect(running.conflicts()).toEqual([]);
    expect({ ...running.record(), checkedAt: record.checkedAt }).toEqual(record);
  });

  test('if no node can confirm a value; this is counted', async () => {
    const forgetful: Override = ({ method, params }) => {
      if (method !== 'chain_get_block' || params?.block_identifier?.Hash !== truth.block(60).hash) return undefined;
      return { error: { code: -32001, message: 'No such block', data: 'no block found' } };
    };
    running = await startDisputes({ nodes: [forgetful] });
    await running.read();
    running.misread({ owner: stranger });
    const answer = await running.read();
    expect(answer).toMatchObject({ source: 'chain', conflict: null, data: { owner: user1 } });
    expect(running.conflicts()).toEqual([]);
    expect(running.record()).toMatchObject({ value: { owner: stranger }, sequence: 1, conflict: null });
    expect(running.counted('Unverifiable')).toBe(1);
  });

  test('if the chain differs at a block through which the record was verified: this is a defect, and counted', async () => {
    running = await startDisputes({ height: 80 });
    await running.read();
    running.misread({ owner: stranger });
    const record = running.record();
    running.store.tables.records.set(`asset#${villas}:0`, { ...record, block: truth.block(79) });
    const progress = {
      cursor: truth.block(80),
      mark: 80,
      followedFrom: 10,
      logicVersion: LOGIC_VERSION,
      network: running.node.chainName,
    };
    running.store.tables.progress = { ...noProgress, ...progress };
    const basis = `basis#layout:${villas}`;
    const stored = running.store.tables.records.get(basis);
    if (stored === undefined) throw new Error('no layout');
    running.store.tables.records.set(basis, { ...stored, block: truth.block(79), changedAt: 79 });
    const answer = await running.read(villa(0), running.another());
    expect(answer).toMatchObject({ conflict: null, block: truth.block(80), data: truth.asset(token, 80) });
    expect(running.counted('Missed')).toBe(1);
    expect(running.logged.some((line) => line.includes('a change was missed'))).toBe(true);
    expect(running.record()).toMatchObject({ sequence: 2, block: truth.block(80), conflict: null });
  });
});

test('when no node answers, a record in dispute is served from the database with a label (rule CONFLICT-2)', async () => {
  const first = wrongNode();
  const down = { is: false };
  const orDown =
    (node: Override): Override =>
    (request, forward) =>
      down.is ? { status: 503 } : node(request, forward);
  running = await startDisputes({ nodes: [orDown(first.answer), orDown(sound)] });
  await running.read();
  first.isWrong = true;
  const { conflict: id } = await running.read();
  down.is = true;
  const fallback = await lookup(villa(0), defaultReadOptions, running.another());
  expect(fallback).toMatchObject({ source: 'database', stale: true, conflict: id, data: { owner: user1 } });
});
