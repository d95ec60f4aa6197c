import { expect } from '@jest/globals';
import { firstBrokenLink } from '../../lib/domain/audit-chain.ts';
import { submissionRef } from '../../lib/domain/submission.ts';
import { verifyTrail } from '../../lib/usecases/audit/verify-trail.ts';
import { devKeys, keyOf, type Signed, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import type { Got } from '../support/local.ts';
import type { Death } from './mortal.ts';
import type { Instance, Time, World } from './submission-world.ts';

const [sender] = devKeys as readonly [Signer];
const recipient = keyOf(50).publicKey.toHex();
const motes = 2_500_000_000n;
let signed = 0;
/** Each is another transaction, from the same account to the same account. */
const transfer = (): Signed =>
  signedTransfer({ from: sender, to: recipient, id: String(++signed), amount: String(motes) });

/** After so long the claim of a killed process is over, and so is the grace time after an unknown outcome. */
const longMs = 15_001;
export const passLong = (time: Time): void => {
  time.ahead += longMs;
};

export interface Case {
  readonly world: World;
  readonly death: Death | undefined;
  readonly time: Time;
  readonly json: Signed;
  /** The idempotency key of some of the requests. */
  readonly key: string;
  readonly victim: Instance;
  /** Started after the death. */
  readonly others: readonly [Instance, Instance, Instance];
}

export function caseOf(world: World, death?: Death): Case {
  const time = { ahead: 0 };
  const json = transfer();
  const others = [world.instance(time), world.instance(time), world.instance(time)] as const;
  return {
    world,
    death,
    time,
    json,
    key: `key of ${json.hash}`.replaceAll(' ', '-'),
    victim: world.instance(time, death),
    others,
  };
}

/** Five requests at once on three instances, again where a node was given up. All have the same answer, which this gives. */
export async function fiveAlike(one: Case): Promise<Got> {
  const { json, key, others, death, world } = one;
  const answers = await five(json, key, others);
  if (world.takeLate(json.hash)) return fiveAlike(one);
  expect({ death, answers: answers.map(shown) }).toEqual({ death, answers: Array(5).fill(shown(answers[0])) });
  return answers[0];
}

/** As a client does: again while the outcome is unknown, since a node of a busy machine may answer too late. */
export async function untilKnown(one: Case): Promise<Got> {
  for (;;) {
    const answer = await fiveAlike(one);
    if (answer.body.state !== 'unknown') return answer;
  }
}

export async function five(json: Signed, key: string, [one, two, three]: readonly Instance[]) {
  const named = { 'idempotency-key': key };
  const posts = [one?.post(json), two?.post(json, named), three?.post(json), one?.post(json, named), two?.post(json)];
  return (await Promise.all(posts)) as [Got, Got, Got, Got, Got];
}

const shown = ({ status, body: { requestId, ...body } }: Got) => ({ status, body });

/** Under the same key another transaction is refused, and goes nowhere. */
export async function expectKeyTaken({ world, key, others: [, , three], death }: Case): Promise<void> {
  const json = transfer();
  const { status, body } = await three.post(json, { 'idempotency-key': key });
  expect({ death, status, code: body.code, sent: world.sent(json.hash) }).toEqual({
    death,
    status: 422,
    code: 'idempotency_key_reused',
    sent: 0,
  });
  expect(await world.store.submissions.find(json.hash)).toBeUndefined();
}

/** At the chain once, one record, and both trails without a break. `sent`: how often a node got its text. */
export async function expectOnce({ world, json: { hash }, death }: Case, sent = 1): Promise<void> {
  const { store, nodes } = world;
  const ref = { kind: 'transaction', id: hash };
  const record = await store.records.get(ref);
  const submission = await store.submissions.find(hash);
  const trail = (await store.audit.history(submissionRef(hash), { limit: 100 })).toReversed();
  expect({
    death,
    sent: world.sent(hash),
    accepted: nodes[0]?.accepted().filter((accepted) => accepted === hash).length,
    record: [record?.sequence, (record?.value as { status?: string } | null | undefined)?.status],
    recordTrail: await verifyTrail(ref, true, store),
    trail: [
      trail.length,
      trail.at(-1)?.digest,
      (trail.at(-1)?.after as { state?: string } | undefined)?.state,
      firstBrokenLink(trail),
    ],
  }).toEqual({
    death,
    sent,
    accepted: 1,
    record: [1, 'pending'],
    recordTrail: { entries: 1, broken: undefined },
    trail: [submission?.entries, submission?.auditHead, 'accepted', undefined],
  });
}

/** The next block has all that were accepted, once each, and sync has brought each record to it. */
export async function expectProcessed(world: World): Promise<void> {
  const [node] = world.nodes;
  const hashes = node?.accepted() ?? [];
  expect(hashes.length).toBeGreaterThan(0);
  await world.nextBlock();
  const height = node?.height();
  for (const id of hashes) {
    const ref = { kind: 'transaction', id };
    const record = await world.store.records.get(ref);
    const { status, executedAt } = (record?.value ?? {}) as { status?: string; executedAt?: { height: number } };
    expect([status, executedAt?.height, await verifyTrail(ref, true, world.store)]).toEqual([
      'processed',
      height,
      { entries: 2, broken: undefined },
    ]);
  }
  const reader = world.instance({ ahead: 0 });
  const { body } = await reader.get(`/v1/transactions/${hashes[0]}?minHeight=${height}`);
  expect(body.data).toMatchObject({ status: 'processed', executedAt: { height } });
  const paid = await reader.get(`/v1/accounts/${recipient}?minHeight=${height}`);
  expect(paid.body.data.balance.motes).toBe(String(BigInt(hashes.length) * motes));
}

const atOnce = 3;

/** Tries every death, at each call until one is not reached. `least`: so many calls of the store and of nodes are reached. */
export async function everyDeath(
  die: (death: Death) => Promise<boolean>,
  { store, chain }: { readonly store: number; readonly chain: number },
): Promise<void> {
  const reached = async (at: Death['at'], when: Death['when']): Promise<number> => {
    for (let from = 1; ; from += atOnce) {
      const calls = Array.from({ length: atOnce }, (_, index) => from + index);
      const deaths = await Promise.all(calls.map((call) => die({ at, call, when })));
      if (deaths.includes(false)) return from - 1 + deaths.filter(Boolean).length;
    }
  };
  const [a, b, c, d] = await Promise.all([
    reached('store', 'before'),
    reached('store', 'after'),
    reached('chain', 'before'),
    reached('chain', 'after'),
  ]);
  expect(Math.min(a, b)).toBeGreaterThanOrEqual(store);
  expect(Math.min(c, d)).toBeGreaterThanOrEqual(chain);
}

/** The process has one request, and dies; then five requests at once come to three other instances. */
export async function killedAlone(world: World, death: Death): Promise<boolean> {
  const one = caseOf(world, death);
  const { victim, json, key, time } = one;
  await victim.post(json, { 'idempotency-key': key });
  if (!victim.isDead) return false;
  passLong(time);
  expect((await untilKnown(one)).body).toMatchObject({ hash: json.hash, state: 'accepted' });
  await expectOnce(one);
  await expectKeyTaken(one);
  return true;
}
