import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { blake2b256 } from '../../lib/domain/account-id.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import type { Evidence } from '../../lib/domain/evidence.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { createService } from '../../lib/runtime/service.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lacking } from '../support/lacking.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { outcomeOf, startNetwork } from './network.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 20_261_130);
const truth = recordedTruth('chain-e');
/** A switch block: its header also names the next validators. */
const height = truth.switchBlocks.find((each) => each >= 60) ?? lacking();
const block = loadRecording('chain-e').blocks[height];
const token = truth.tokens.find((each) => truth.asset(each, height)?.burnt === false) ?? lacking();
const account = truth.accounts.find(({ id }) => truth.account(id, height) !== null) ?? lacking();
const subjects: readonly (readonly [EntityRef, object | null])[] = [
  [{ kind: 'asset', id: `${token.packageHash}:${token.tokenId}` }, truth.asset(token, height)],
  [{ kind: 'account', id: account.id }, truth.account(account.id, height)],
  [{ kind: 'staking', id: account.id }, truth.staking(account.id, height)],
];

type Member = Record<string | number, unknown>;
/** An answer that has a proof, and whether it was changed. */
let change: (result: Member) => boolean = () => false;
let changed = 0;
const altering: Override = async (_, forward) => {
  const answer = await forward();
  if (answer.result !== undefined && change(answer.result)) changed += 1;
  return 'result' in answer ? { result: answer.result } : { error: answer.error };
};
const network = await startNetwork({ recording: 'chain-e', height, nodes: [altering, () => undefined] });
afterAll(() => network.close());

const proofIn = (result: Member) => ['merkle_proof', 'total_balance_proof'].find((name) => name in result);

/** One byte of the proof, which has the value in it; of the answers that have one, that with this number. */
const otherByte = (which: number, at: number, by: number) => {
  let number = 0;
  return (result: Member): boolean => {
    const name = proofIn(result);
    if (name === undefined || number++ !== which) return false;
    const bytes = Buffer.from(result[name] as string, 'hex');
    const place = at % bytes.length;
    bytes[place] = (bytes[place] as number) ^ by;
    result[name] = bytes.toString('hex');
    return true;
  };
};

/** One member of the header, in all answers: it is looked at once in a reading. */
const otherHeader =
  (which: number, at: number) =>
  (result: Member): boolean => {
    const header = (result.block_header as { Version2?: Member } | undefined)?.Version2;
    const members = header === undefined ? [] : [...leavesOf(header)];
    const [holder, name] = members[which % members.length] ?? [];
    if (holder === undefined || name === undefined) return false;
    const value = holder[name];
    if (typeof value === 'string') {
      const place = at % value.length;
      const other = value[place] === '1' ? '2' : '1';
      holder[name] = value.slice(0, place) + other + value.slice(place + 1);
    } else holder[name] = typeof value === 'boolean' ? !value : Number(value) + 1;
    return true;
  };

function* leavesOf(value: Member): Generator<readonly [Member, string]> {
  for (const [name, member] of Object.entries(value))
    if (typeof member === 'object' && member !== null) yield* leavesOf(member as Member);
    else if (member !== null && member !== '') yield [value, name];
}

/** How many answers with a proof the reading of each entity takes. */
async function answersFor(ref: EntityRef): Promise<number> {
  let count = 0;
  change = (result) => {
    if (proofIn(result) !== undefined) count += 1;
    return false;
  };
  await outcomeOf(lookup(ref, fromChain, newcomer()));
  return count;
}

const fromChain = { ...defaultReadOptions, noCache: true };
/** A process that has heard of no node yet. */
function newcomer() {
  const { config, clock, telemetry } = network.service;
  return createService(config, { clock, telemetry, store: createMemoryStore() });
}

// Rule PROOF-1.
test('whatever byte a node changes in proofs and headers: it is barred, and the other node answers', async () => {
  const counts: number[] = [];
  for (const [ref] of subjects) counts.push(await answersFor(ref));
  const number = fc.nat();
  const alteration = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        part: fc.constant('proof' as const),
        which: number,
        at: number,
        by: fc.integer({ min: 1, max: 255 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ part: fc.constant('header' as const), which: number, at: number, by: number }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: subjects.length - 1 }), alteration, async (subject, { part, which, at, by }) => {
      const [ref, data] = subjects[subject] ?? lacking();
      change = part === 'proof' ? otherByte(which % (counts[subject] as number), at, by) : otherHeader(which, at);
      changed = 0;
      const before = network.logged.length;
      const service = newcomer();
      expect(await outcomeOf(lookup(ref, fromChain, service))).toEqual({ data });
      expect(changed).toBeGreaterThan(0);
      const barred = network.logged.slice(before).filter((line) => line.includes('node barred'));
      expect(barred).toHaveLength(1);
      expect(barred[0]).toMatch(
        part === 'proof' ? /its proof of \S+ at block \d+ does not hold/ : /its header of block/,
      );
      const [node, ...others] = service.chain.report().filter(({ code }) => code === 'barred');
      expect(others).toEqual([]);
      // Rule AUDIT-6.
      const trail = await service.audit.history({ kind: 'node', id: node?.name ?? lacking() }, { limit: 5 });
      expect(trail).toHaveLength(1);
      const [{ after } = lacking()] = trail;
      const { refuted, expected, sent } = after as Evidence;
      expect(refuted).toBe(part === 'proof' ? 'merkle_proof' : 'block_header');
      expect(expected.hash).toBe(part === 'proof' ? block?.header.state_root_hash : block?.hash);
      // A header with a member that is not canonical is kept by its digest alone.
      if (part === 'proof') expect(sent.text).not.toBeNull();
      if (sent.text !== null) expect(sent.blake2b).toBe(blake2b256(new TextEncoder().encode(sent.text)));
    }),
    { seed, numRuns: 300 },
  );
});
