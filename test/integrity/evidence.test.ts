import { afterEach, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { blake2b256 } from '../../lib/domain/account-id.ts';
import { firstBrokenLink } from '../../lib/domain/audit-chain.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import type { AuditEntry } from '../../lib/domain/record.ts';
import { rowOf } from '../../lib/runtime/audit-rows.ts';
import { createAuditReport } from '../../lib/usecases/audit/audit-report.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { answerOf, type Override } from '../support/rpc-proxy.ts';
import { type Network, outcomeOf, reportingHash, startNetwork } from './network.ts';

const height = 60;
const truth = recordedTruth('chain-e');
const token = truth.tokens.find((each) => truth.asset(each, height)?.burnt === false) ?? lacking();
const asset: EntityRef = { kind: 'asset', id: `${token.packageHash}:${token.tokenId}` };
const there = { data: truth.asset(token, height) };
const fromChain = { ...defaultReadOptions, noCache: true };
const { blocks } = loadRecording('chain-e');
const { hash, header } = blocks[height] ?? lacking();
const block = { height, hash, timestamp: header.timestamp };
const hour = 3_600_000;

let running: Network | undefined;
let lying: DevChain | undefined;
/** By every node, oldest first: what it sent. */
let sent: { readonly key: string; readonly proof: string }[];
afterEach(async () => {
  await Promise.all([running?.close(), lying?.close()]);
  [running, lying] = [undefined, undefined];
});

const sound: Override = () => undefined;

async function startWith(nodes: readonly Override[], options: Partial<Parameters<typeof startNetwork>[0]> = {}) {
  sent = [];
  running = await startNetwork({ recording: 'chain-e', nodes, height, ...options });
  return running;
}

/** The node's answers to queries of state, changed. */
const changing =
  (change: (result: Answer) => void): Override =>
  async ({ method, params }, forward) => {
    if (method !== 'query_global_state') return undefined;
    const answer = await forward();
    if (answer.result === undefined) return answer;
    change(answer.result);
    sent.push({ key: params.key, proof: answer.result.merkle_proof });
    return { result: answer.result };
  };

interface Answer {
  block_header: { Version2: Record<string, unknown> };
  merkle_proof: string;
}

/** Each time another one. */
const falseProof = changing((result) => {
  const by = 1 + (sent.length % 15);
  result.merkle_proof = result.merkle_proof.replace(/.$/, (digit) => (Number.parseInt(digit, 16) ^ by).toString(16));
});

/** All that nodes' trails have about what was refuted, oldest first. */
const evidenceIn = ({ store }: Network): (AuditEntry & { readonly after: Kept })[] =>
  [...store.tables.audit]
    .filter(([key]) => key.startsWith('node#'))
    .flatMap(([, entries]) => entries)
    .filter((entry): entry is AuditEntry & { readonly after: Kept } => 'refuted' in (entry.after ?? {}));

interface Kept {
  readonly refuted: string;
  readonly sent: { readonly blake2b: string; readonly bytes: number; readonly text: string | null };
}

const digestOf = (text: string): string => blake2b256(new TextEncoder().encode(text));
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

// Rule AUDIT-6.
describe('the trail of a node that is barred', () => {
  test('has the proof that did not hold, the root that it should have led to, and its digest', async () => {
    const network = await startWith([falseProof, sound]);
    expect(await outcomeOf(lookup(asset, fromChain, network.service))).toEqual(there);
    const [entry, ...more] = evidenceIn(network);
    expect(more).toEqual([]);
    const { key, proof } = sent[0] ?? lacking();
    expect(entry).toMatchObject({ cause: 'refusal', actor: 'service', before: null, block });
    expect(entry?.after).toEqual({
      refuted: 'merkle_proof',
      reason: `its proof of ${key} at block ${height} does not hold`,
      method: 'query_global_state',
      key,
      expected: { of: 'state_root', hash: header.state_root_hash },
      sent: { blake2b: digestOf(proof), bytes: proof.length, text: proof },
    });
    const barred = network.service.chain.report().filter(({ code }) => code === 'barred');
    expect(barred.map(({ name }) => name)).toEqual([entry?.ref.id]);

    const now = network.service.clock.now();
    const span = { from: new Date(now - hour).toISOString(), until: new Date(now + hour).toISOString() };
    const report = await createAuditReport(
      { ...span, maxBytes: 1_000_000, render: rowOf, sizeOf: (row) => JSON.stringify(row).length },
      network.service,
    );
    expect(report.summary).toMatchObject({ chainsWhole: true, byCause: { refusal: 1 } });
    expect(report.rows).toContainEqual(
      expect.objectContaining({ kind: 'node', id: entry?.ref.id, blockHeight: height, after: entry?.after }),
    );
  });

  test('has the header that did not have the hash of the block', async () => {
    let given = '';
    const otherHeader = changing(({ block_header: { Version2: members } }) => {
      members.state_root_hash = 'ab'.repeat(32);
      given = JSON.stringify(members);
    });
    const network = await startWith([otherHeader, sound]);
    expect(await outcomeOf(lookup(asset, fromChain, network.service))).toEqual(there);
    expect(evidenceIn(network)).toMatchObject([
      {
        block,
        after: {
          refuted: 'block_header',
          expected: { of: 'block_hash', hash },
          sent: { blake2b: digestOf(given), bytes: given.length, text: given },
        },
      },
    ]);
  });

  test.each([
    ['text that could repeat a secret', 'a-s3cret-key', false],
    ['more than 64 KB', 'ab'.repeat(40_000), true],
  ])('has the digest alone of %s', async (_what, text, isProof) => {
    let given = '';
    const lie = changing((result) => {
      if (isProof) result.merkle_proof = text;
      else result.block_header.Version2.note = text;
      given = isProof ? text : JSON.stringify(result.block_header.Version2);
    });
    const network = await startWith([lie, sound]);
    expect(await outcomeOf(lookup(asset, fromChain, network.service))).toEqual(there);
    const [{ after } = lacking()] = evidenceIn(network);
    expect(after.sent).toEqual({ blake2b: digestOf(given), bytes: bytesOf(given), text: null });
    expect(JSON.stringify([...network.store.tables.audit])).not.toContain(text);
  });

  test('has what it reported of a block that has another height', async () => {
    const older = blocks[55] ?? lacking();
    const reporting = reportingHash(older.hash);
    const network = await startWith([reporting, sound], { env: { ASTAKE_ANCHOR: `52:${blocks[52]?.hash}` } });
    expect(await outcomeOf(lookup(asset, fromChain, network.service))).toEqual(there);
    const [{ after } = lacking()] = evidenceIn(network);
    expect(after).toMatchObject({
      refuted: 'reported_block',
      method: 'info_get_status',
      expected: { of: 'block_hash', hash: older.hash },
    });
    expect(JSON.parse(after.sent.text ?? '')).toMatchObject({ height, hash: older.hash });
    expect(after.sent.blake2b).toBe(digestOf(after.sent.text ?? ''));
  });

  test('has the header of a block where validators have signed another one', async () => {
    lying = await startDevChain({ recording: 'chain-e', height });
    lying.fault('forged', { fromHeight: 55 });
    const { url } = lying;
    const through: Override = (request) => answerOf(url, request);
    const network = await startWith([through, sound], { env: { ASTAKE_ANCHOR: `52:${blocks[52]?.hash}` } });
    expect(await outcomeOf(lookup(asset, fromChain, network.service))).toEqual(there);
    const [{ after } = lacking()] = evidenceIn(network);
    expect(after).toMatchObject({
      refuted: 'other_block',
      method: 'chain_get_block',
      expected: { of: 'block_hash', hash },
    });
    expect(JSON.parse(after.sent.text ?? '')).toMatchObject({ height, parent_hash: expect.any(String) });
    expect(after.sent.blake2b).toBe(digestOf(after.sent.text ?? ''));
  });

  test('has one entry an hour of each kind, however often it lies and whichever process finds it', async () => {
    const network = await startWith([falseProof, sound]);
    network.stopClock();
    for (let lies = 0; lies < 5; lies += 1) {
      await outcomeOf(lookup(asset, fromChain, network.service));
      await outcomeOf(lookup(asset, fromChain, network.another()));
    }
    expect(sent.length).toBeGreaterThan(1);
    expect(evidenceIn(network)).toHaveLength(1);
    network.pass(hour - 1);
    await outcomeOf(lookup(asset, fromChain, network.another()));
    expect(evidenceIn(network)).toHaveLength(1);
    network.pass(1);
    await outcomeOf(lookup(asset, fromChain, network.another()));
    expect(evidenceIn(network)).toHaveLength(2);
    const [{ ref } = lacking()] = evidenceIn(network);
    const trail = await network.store.audit.history(ref, { limit: 100 });
    expect(firstBrokenLink(trail.reverse())).toBeUndefined();
  });

  test('costs no answer where it cannot be written, and the log has the digest; the next lie is written', async () => {
    let fails = true;
    const network = await startWith([falseProof, sound], {
      onCall: (name) => {
        if (fails && name.startsWith('audit.append')) throw new Error('no trail');
      },
    });
    expect(await outcomeOf(lookup(asset, fromChain, network.service))).toEqual(there);
    expect(evidenceIn(network)).toEqual([]);
    const [line, ...more] = network.logged.filter((one) => one.includes('evidence against a node'));
    expect(more).toEqual([]);
    expect(line).toContain(digestOf(sent[0]?.proof ?? ''));
    fails = false;
    await outcomeOf(lookup(asset, fromChain, network.another()));
    expect(evidenceIn(network)).toHaveLength(1);
  });
});
