import { jest } from '@jest/globals';
import type { Handler } from '../../../../infra/local/aws/functions.ts';
import { refKey } from '../../../../lib/domain/entity.ts';
import { backInTime, type ServedAnswer } from './back-in-time.ts';
import { chance } from './chance.ts';
import { conditionAt } from './condition.ts';
import { drawQuestion, questions } from './questions.ts';
import { type Request, send } from './request.ts';
import type { Script } from './scripts.ts';
import { wrongInStore } from './stored.ts';
import { isWrong, type Verdict, verdictOn } from './verdict.ts';
import type { Fate } from './virtual-node.ts';
import { atTheirTimes, endVirtualTime, passUntil, startVirtualTime } from './virtual-time.ts';
import { createWorld, type World } from './world.ts';

export interface Report {
  readonly script: string;
  readonly seed: number;
  readonly requests: number;
  readonly answers: number;
  /** Share of the answers that were right, or labelled as old. */
  readonly good: number;
  readonly verdicts: Readonly<Record<'right' | 'labelled' | 'unavailable' | 'wrong', number>>;
  readonly sources: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
  /** Of the wrong ones: values that the chain never had, and answers after their deadline. */
  readonly untrue: readonly string[];
  readonly late: readonly string[];
  readonly backInTime: readonly string[];
  readonly wrongInStore: readonly string[];
  readonly wrongWrites: readonly string[];
  readonly defects: readonly string[];
  readonly nodes: readonly {
    readonly name: string;
    readonly fates: Readonly<Partial<Record<Fate, number>>>;
    readonly meanLatency: number;
  }[];
  readonly counted: Readonly<Record<string, number>>;
  /** Requests that the pool sent. */
  readonly asked: number;
  /** The highest block of any answer. */
  readonly highest: number;
}

interface Answered extends ServedAnswer {
  readonly asked: string;
  readonly verdict: Verdict;
  readonly source: string;
  readonly stale: boolean;
}

const instanceCount = 3;
const firstBlock = 48;
const blockMs = 8_000;
const warmUpSeconds = 15;
const afterwardsSeconds = 30;

/** Plays a script in virtual time: every question is asked once while all nodes are healthy, then at random. */
export async function runScript(
  script: Script,
  seed: number,
  functions: ReadonlyMap<string, Handler>,
): Promise<Report> {
  startVirtualTime('2026-11-23T00:40:00.000Z');
  const random = chance(seed, 'process');
  const spy = jest.spyOn(Math, 'random').mockImplementation(random.next);
  try {
    return await play(script, seed, functions);
  } finally {
    spy.mockRestore();
    endVirtualTime();
  }
}

async function play(script: Script, seed: number, functions: ReadonlyMap<string, Handler>): Promise<Report> {
  const began = Date.now() + warmUpSeconds * 1000;
  const second = (): number => (Date.now() - began) / 1000;
  const world = createWorld({
    seed,
    height: firstBlock,
    functions,
    instances: instanceCount,
    conditionOf: (node) => conditionAt(script.spells, node, second()),
  });
  const answered: Answered[] = [];
  const requests = [...warmUp(), ...requestsOf(script, seed)];
  let order = 0;
  let open = requests.length;

  atTheirTimes(
    Array.from({ length: Math.floor((script.seconds * 1000) / blockMs) }, (_, index) => ({
      atMs: (warmUpSeconds + 1) * 1000 + index * blockMs,
      height: firstBlock + 1 + index,
    })),
    ({ height }) => world.nodes.forEach((node) => void node.setHeight(height)),
  );
  atTheirTimes(requests, (request) => {
    const started = order++;
    const at = Date.now();
    ask(request, world, started, at)
      .then((answers) => answered.push(...answers.map((answer) => ({ ...answer, ended: order++ }))))
      .finally(() => {
        open -= 1;
      });
  });
  await passUntil(() => open === 0, warmUpSeconds + script.seconds + afterwardsSeconds);
  return reportOf(script, seed, requests.length, answered, world);
}

async function ask(request: Request, world: World, began: number, at: number): Promise<Omit<Answered, 'ended'>[]> {
  const { instance, questions: asked } = request;
  const service = world.instances[instance] as World['instances'][number];
  const refs = asked.map(({ kind, id }) => ({ kind, id: service.definitions.get(kind)?.canonicalId(id) ?? id }));
  const patience = Math.max(...refs.map(({ kind }) => service.definitions.get(kind)?.patience ?? 1));
  const deadlineMs = service.limits.deadlineMs * patience;
  const outcomes = await send(request, service, world.functions, `request ${began}`);
  const tookMs = Date.now() - at;
  return refs.map((ref, index) => {
    const outcome = outcomes[index] ?? { status: 0, headers: {}, body: undefined };
    const stored = world.store.tables.records.get(refKey(ref))?.value != null;
    const meta = outcome.body?.meta;
    return {
      asked: `${request.inBatch ? 'in a batch ' : ''}${refKey(ref)} (${request.cacheControl ?? 'any'})`,
      verdict: verdictOn({ ref, outcome, stored, tookMs, deadlineMs }),
      source: meta?.source ?? String(outcome.body?.code ?? outcome.status),
      stale: meta?.stale !== false,
      instance,
      key: refKey(ref),
      began,
      height: meta?.verifiedThrough.height ?? 0,
    };
  });
}

/** Each question once; the instances take turns. */
function warmUp(): Request[] {
  return questions.map((question, index) => ({
    atMs: (index / questions.length) * (warmUpSeconds - 5) * 1000,
    instance: index % instanceCount,
    questions: [question],
    inBatch: false,
    cacheControl: undefined,
  }));
}

const cacheControls = [
  undefined,
  undefined,
  undefined,
  'max-age=1',
  'max-age=1',
  'max-age=1',
  'no-cache',
  'no-cache',
] as const;
const batchShare = 0.03;

/** Arrivals are independent of each other: the time between two is exponential. */
function requestsOf({ seconds, load, rush }: Script, seed: number): Request[] {
  const draw = chance(seed, 'requests');
  const all: Request[] = [];
  for (let at = 0; ; ) {
    const isRush = rush !== undefined && rush.from <= at && at < rush.to;
    at += -Math.log(1 - draw.next()) / (isRush ? rush.load : load);
    if (at >= seconds) return all;
    const inBatch = draw.happens(batchShare);
    all.push({
      atMs: (warmUpSeconds + at) * 1000,
      instance: Math.floor(draw.between(0, instanceCount)),
      questions: Array.from({ length: inBatch ? Math.floor(draw.between(2, 9)) : 1 }, () => drawQuestion(draw)),
      inBatch,
      cacheControl: draw.pick(cacheControls),
    });
  }
}

function reportOf(script: Script, seed: number, requests: number, answered: readonly Answered[], world: World): Report {
  const count = (verdict: string) => answered.filter((answer) => answer.verdict === verdict).length;
  const wrong = answered.filter(({ verdict }) => isWrong(verdict));
  const sources = Map.groupBy(answered, ({ source, stale }) => `${source}${stale ? ', stale' : ''}`);
  const [first] = world.instances;
  return {
    script: script.name,
    seed,
    requests,
    answers: answered.length,
    good: 1 - wrong.length / answered.length,
    verdicts: {
      right: count('right'),
      labelled: count('labelled'),
      unavailable: count('unavailable'),
      wrong: wrong.length,
    },
    sources: Object.fromEntries([...sources].map(([source, all]) => [source, all.length])),
    wrong: wrong.map(describeWrong),
    untrue: wrong.filter(({ verdict }) => isWrong(verdict) && verdict.kind === 'untrue').map(describeWrong),
    late: wrong.filter(({ verdict }) => isWrong(verdict) && verdict.kind === 'late').map(describeWrong),
    backInTime: backInTime(answered.filter(({ stale }) => !stale)),
    wrongInStore: first === undefined ? ['there is no instance'] : wrongInStore(world.store.tables, first.definitions),
    wrongWrites: world.wrongWrites,
    defects: world.defects,
    nodes: world.nodes.map((node) => ({ name: node.name, fates: node.fates(), meanLatency: node.meanLatency() })),
    counted: Object.fromEntries(world.counted),
    asked: world.counted.get('UpstreamCalls') ?? 0,
    highest: Math.max(...answered.map(({ height }) => height)),
  };
}

const describeWrong = ({ asked, instance, verdict }: Answered): string =>
  `instance ${instance}, ${asked}: ${isWrong(verdict) ? verdict.wrong : verdict}`;
