import { bareHash } from '../../../lib/domain/account-id.ts';
import type { EntityDefinition } from '../../../lib/domain/entity.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import type { OpenFinding, ShardProgress } from '../../../lib/domain/reconciliation.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { entryOf, putEntry } from '../../../lib/usecases/saving/cache-entry.ts';
import { watchedUntil } from '../../../lib/usecases/saving/tracking.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { type Copy, type Crowd, createCrowd } from '../../support/crowd.ts';
import type { OnCall } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll } from '../following/follow.ts';
import { type Alter, createWorld, type Json, type World } from '../following/world.ts';

export const truth = recordedTruth('chain-d');
const questions = questionsOf(truth);

/** Where tokens and transactions were read, where accounts were read, and the last block that sync has followed. */
const heights = { tokens: 72, accounts: 105, followed: 116 };
const laggingBy = 20;
/** Time that passes with each page, so that a suspected node is asked for its status again. */
const pageMs = 3_000;
/** Bare hashes of the account that owns the most tokens, and of another owner. */
const owners = ownersOf();

export interface Everything {
  readonly world: World;
  readonly service: Running;
  /** By ref key. */
  readonly copies: ReadonlyMap<string, Copy>;
  /** Copies of tokens that changed after they were read, by a write that sync does not see. */
  readonly unseen: readonly string[];
  /** The findings so far, by ref key, in the order in which they were saved. */
  readonly found: ReadonlyMap<string, OpenFinding>;
  /** From now on one node gives wrong values of some copies. */
  answerWrongly(): void;
  /** How many answers were wrong. */
  wrongAnswers(): number;
}

/** A store of so many records, all true except the unseen ones, and four nodes: two correct, one lagging, one wrong. */
export async function twentyThousand(
  counts: Record<'asset' | 'transaction' | 'account' | 'unseen', number>,
): Promise<Everything> {
  let crowd: Crowd | undefined;
  const state = { isWrong: false, wrongAnswers: 0 };
  const found = new Map<string, OpenFinding>();
  const onCall: OnCall = (name, [, shard]) => {
    if (name !== 'reconciliations.saveShard') return;
    world.pass(pageMs);
    for (const one of (shard as ShardProgress).page?.found ?? []) found.set(refKey(one.ref), one);
  };
  const correct = withCopies(() => crowd);
  const wrong: Alter = (method, params, forward) => {
    const names = crowd?.translate(params)?.names ?? [];
    const answer = correct(method, params, forward);
    if (!state.isWrong || !isAnsweredWrongly(names, params?.state_identifier?.BlockHash)) return answer;
    const altered = alteredOf(answer);
    if (altered !== undefined) state.wrongAnswers += 1;
    return altered ?? answer;
  };
  const world = await createWorld({
    recording: 'chain-d',
    height: heights.tokens,
    // Available nodes are asked in this order: the wrong node first.
    nodes: [wrong, correct, correct, correct],
    env: { ASTAKE_RECONCILE_CALLS: '1000000' },
  });
  const service = world.process({ onCall });
  crowd = createCrowd(world.tables);
  const copies = new Map<string, Copy>();

  await followToTip(service);
  await askAll(questions, service);
  const models = [...world.tables.records.values()].filter(({ value }) => value !== null);
  const changes = (record: EntityRecord): boolean => hasChanged(record, world);
  const tokens = models.filter(({ ref }) => ref.kind === 'asset' && canCopy(ref.id));
  await add(
    tokens.filter((one) => !changes(one)),
    counts.asset,
  );
  await add(models.filter(isExecuted), counts.transaction);
  const unseen = await add(tokens.filter(changes), counts.unseen);

  world.setHeight(heights.accounts);
  await followToTip(service);
  await askAll(questions, service);
  await add(
    [...world.tables.records.values()].filter(({ ref, value }) => ref.kind === 'account' && value !== null),
    counts.account,
  );
  world.setHeight(heights.followed);
  const { tick } = await followToTip(service);
  if (tick.stoppedBy !== 'done') throw new Error(`sync has stopped: ${tick.reason}`);
  world.nodes[1]?.setHeight(heights.followed - laggingBy);
  world.pass(3_600_000);

  return {
    world,
    service,
    copies,
    unseen,
    found,
    answerWrongly: () => {
      state.isWrong = true;
    },
    wrongAnswers: () => state.wrongAnswers,
  };

  async function add(of: readonly EntityRecord[], many: number): Promise<string[]> {
    const keys: string[] = [];
    for (let number = 0; number < many; number += 1) {
      const model = of[number % of.length] as EntityRecord;
      const copy = (crowd as Crowd).copy(model, number, fieldsOf(model, service));
      const key = refKey(copy.record.ref);
      await service.watches.put(key, copy.watch, watchedUntil(copy.record.trackedUntil));
      await service.records.save(copy.record, undefined, copy.audit);
      await putEntry(entryOf(copy.record), service);
      copies.set(key, copy);
      keys.push(key);
    }
    return keys;
  }
}

/** A transaction that cannot change any more. */
const isExecuted = ({ ref, readSet }: EntityRecord): boolean => ref.kind === 'transaction' && readSet.length === 0;

function ownersOf(): readonly [string, string] {
  const counts = new Map<string, number>();
  for (const token of truth.tokens) {
    const owner = truth.asset(token, heights.followed)?.owner;
    if (typeof owner === 'string') counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const [most = '', other = ''] = [...counts].sort(([, a], [, b]) => b - a).map(([owner]) => bareHash(owner));
  return [most, other];
}

/** Of the collection whose item keys a copy can translate. */
const canCopy = (id: string): boolean =>
  truth.collections.some(({ alias, packageHash }) => alias === 'villas' && id.startsWith(packageHash));

const fieldsOf = ({ ref }: EntityRecord, service: Running): EntityDefinition['fields'] | undefined =>
  service.definitions.get(ref.kind)?.fields;

function hasChanged({ ref }: EntityRecord, { nodes }: World): boolean {
  const token = truth.tokens.find(({ packageHash, tokenId }) => `${packageHash}:${tokenId}` === ref.id);
  if (token === undefined || nodes.length === 0) return false;
  const [before, after] = [heights.tokens, heights.followed].map((height) =>
    JSON.stringify(truth.asset(token, height)),
  );
  return before !== after;
}

/** A node that knows the copies as well as the recorded entities. */
function withCopies(crowd: () => Crowd | undefined): Alter {
  const answers = new Map<string, string>();
  return (method, params, forward) => {
    const asked = crowd()?.translate(params);
    if (asked === undefined) return forward();
    // All copies of an entity share its answer, because the content of a block does not change.
    const question = `${method} ${asked.params}`;
    const answer = answers.get(question) ?? JSON.stringify(forward(JSON.parse(asked.params)));
    if (method !== 'info_get_status') answers.set(question, answer);
    return JSON.parse(asked.translateAnswer(answer));
  };
}

/** Wrong values of some copies at every block, of others at the newest block only: a node may be right at the disputed block. */
function isAnsweredWrongly(names: readonly string[], blockHash: string | undefined): boolean {
  const isNewest = blockHash === undefined || blockHash === truth.block(heights.followed).hash;
  return names.some((name) => (isNewest ? /^[0-7]/ : /^[0-3]/).test(name));
}

/** The answer with another balance, owner or outcome; undefined: it has none of them. */
function alteredOf(answer: Json): Json | undefined {
  const text = JSON.stringify(answer);
  const altered = text
    .replace(/"total_balance":"(\d+)"/, (_, total) => `"total_balance":"${BigInt(total) + 1n}"`)
    .replace(/"error_message":null/, '"error_message":"failed"')
    .replaceAll(owners[0], owners[1]);
  return altered === text ? undefined : JSON.parse(altered);
}
