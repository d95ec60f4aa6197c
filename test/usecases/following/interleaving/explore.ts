import { jest } from '@jest/globals';
import type { Chance } from '../../../chain/pool/scripts/chance.ts';
import { ask, runner } from './actors.ts';
import { falsePastIn } from './past.ts';
import { createInterned, type Run, startRun } from './run.ts';
import { brokenIn, falseClaimsIn, learnTruths } from './truth.ts';
import { copyOf, createProcess, emptyWorld, type Mutation, type Role, type Scenario, type World } from './world.ts';

/** A schedule after which a claim or a table is wrong. */
export interface Counterexample {
  readonly wrong: readonly string[];
  /** Each call, in order. */
  readonly trace: readonly string[];
}

export interface Explored {
  readonly counterexample: Counterexample | undefined;
  readonly runs: number;
}

/**
 * Tries every schedule with at most `preemptions` interruptions of a process that could have gone on. A state that was
 * reached before with as many interruptions left is not explored again.
 */
export async function explore(scenario: Scenario, preemptions: number, mutation?: Mutation): Promise<Explored> {
  const before = await worldBefore(scenario);
  const interned = createInterned();
  const seen = new Map<string, number>();
  const judged = new Set<string>();
  const open: (readonly number[])[] = [[]];
  let runs = 0;

  for (let schedule = open.pop(); schedule !== undefined; schedule = open.pop()) {
    runs += 1;
    const run = await startRun(scenario, before, interned, mutation);
    const counterexample = await play(run, schedule);
    jest.clearAllTimers();
    if (counterexample !== undefined) return { counterexample, runs };
  }
  return { counterexample: undefined, runs };

  async function play(run: Run, schedule: readonly number[]): Promise<Counterexample | undefined> {
    const taken: number[] = [];
    let left = preemptions;
    for (;;) {
      const choices = run.choices();
      if (taken.length >= schedule.length) {
        const state = run.fingerprint();
        if ((seen.get(state) ?? -1) >= left) return undefined;
        seen.set(state, left);
        const wrong = await wrongIn(run, scenario, judged, mutation);
        if (wrong.length > 0) return { wrong, trace: [...run.trace] };
        if (choices.length === 0) return undefined;
        for (const [index, choice] of choices.entries()) {
          if (index > 0 && (run.interrupts(choice) ? 1 : 0) <= left) open.push([...taken, index]);
        }
      }
      const pick = schedule[taken.length] ?? 0;
      const choice = choices[pick];
      if (choice === undefined) throw new Error('a run is not repeatable');
      if (run.interrupts(choice)) left -= 1;
      taken.push(pick);
      await run.grant(choice);
    }
  }
}

/** A counterexample with as few interruptions as possible. */
export async function findCounterexample(
  scenario: Scenario,
  preemptions: number,
  mutation: Mutation,
): Promise<Counterexample | undefined> {
  for (let allowed = 0; allowed <= preemptions; allowed += 1) {
    const { counterexample } = await explore(scenario, allowed, mutation);
    if (counterexample !== undefined) return counterexample;
  }
  return undefined;
}

/** The probability that a process that can go on does. */
const continues = 0.6;

/** One random schedule, with any number of interruptions. */
export async function playAtRandom(scenario: Scenario, random: Chance): Promise<Counterexample | undefined> {
  const run = await startRun(scenario, await worldBefore(scenario), createInterned());
  const judged = new Set<string>();
  try {
    for (;;) {
      const wrong = await wrongIn(run, scenario, judged);
      if (wrong.length > 0) return { wrong, trace: [...run.trace] };
      const choices = run.choices();
      const [first] = choices;
      if (first === undefined) return undefined;
      await run.grant(random.happens(continues) ? first : random.pick(choices));
    }
  } finally {
    jest.clearAllTimers();
  }
}

const worlds = new WeakMap<Scenario, World>();

/** The world after the steps that precede the race. */
async function worldBefore(scenario: Scenario): Promise<World> {
  const known = worlds.get(scenario);
  if (known !== undefined) return known;
  const { histories, refs, before } = scenario;
  await learnTruths(histories, refs);
  const world = emptyWorld(histories);
  for (const actor of before) await actor.run(createProcess(actor, world, async () => undefined));
  if (world.wrong.length > 0) throw new Error(`before ${scenario.name}: ${world.wrong}`);
  worlds.set(scenario, world);
  return world;
}

/** Wrong answers so far, wrong claims and records in the tables and, at the end, what follows from them. Judged once for the same contents. */
async function wrongIn(
  run: Run,
  scenario: Scenario,
  judged: Set<string>,
  mutation?: Mutation,
): Promise<readonly string[]> {
  const { world } = run;
  if (world.wrong.length > 0) return world.wrong;
  const state = `${run.contents()}${run.isOver() ? ' at the end' : ''}`;
  if (judged.has(state)) return [];
  judged.add(state);
  // The history depends on neither cache nor watches.
  const history = `${run.contents('records', 'progress', 'chain')} of the past`;
  const past = judged.has(history) ? [] : await falsePastIn(world, scenario.refs, mutation);
  judged.add(history);
  const wrong = [...falseClaimsIn(world, scenario.refs), ...brokenIn(world), ...past];
  return wrong.length > 0 || !run.isOver() ? wrong : finish(copyOf(world), scenario, mutation);
}

/** After the race: the next tick reaches the tip, and every entity can be read, saved and served through the tip. */
async function finish(world: World, { refs }: Scenario, mutation?: Mutation): Promise<readonly string[]> {
  const { tables, network, wrong } = world;
  const process = (role: Role) =>
    createProcess({ name: 'afterwards', role, aheadMs: 60_000 }, world, async () => undefined, mutation);
  await runner('the last tick').run(process('runner'));
  const { cursor } = tables.progress;
  if (cursor?.height !== network.tip) wrong.push(`the next tick comes to block ${cursor?.height}, not ${network.tip}`);
  wrong.push(...falseClaimsIn(world, refs), ...brokenIn(world));
  for (const ref of refs) {
    const read = await ask(ref, 'chain', process('reader'), 'the last reader');
    const cached = await ask(ref, 'cache', process('client'), 'the last client');
    if (read?.block.height !== network.tip) wrong.push(`${ref.id} cannot be read at block ${network.tip}`);
    const isServed =
      cached === undefined || (cached.source === 'cache' && cached.verifiedThrough.height === network.tip);
    if (read?.data !== null && (cached === undefined || !isServed))
      wrong.push(`${ref.id} is not served from the cache`);
  }
  wrong.push(...falseClaimsIn(world, refs), ...brokenIn(world), ...(await falsePastIn(world, refs, mutation)));
  return wrong;
}
