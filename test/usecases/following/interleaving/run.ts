import { createScheduler, type Waiting } from './scheduler.ts';
import { copyOf, createProcess, type Mutation, type Scenario, type World } from './world.ts';

/** One run of a scenario, a call at a time. */
export interface Run {
  readonly world: World;
  /** Each call that was made, in order. */
  readonly trace: readonly string[];
  /** What may happen next. The process that made the last call is first, where it can go on. */
  choices(): readonly Waiting[];
  /** Whether this choice interrupts a process that could go on. */
  interrupts(choice: Waiting): boolean;
  grant(choice: Waiting): Promise<void>;
  /** All processes have ended, except those that may be killed at any point. */
  isOver(): boolean;
  /** What the tables hold, and where the chain is; or what some of them hold. */
  contents(...tables: readonly string[]): string;
  /** Two runs with the same fingerprint go on alike: the contents, and the answers that each process has got. */
  fingerprint(): string;
}

export async function startRun(
  { actors }: Scenario,
  before: World,
  interned: Interned,
  mutation?: Mutation,
): Promise<Run> {
  const world = copyOf(before);
  const scheduler = createScheduler();
  const begun = new Set<string>();
  const answers = new Map<string, number>();
  const trace: string[] = [];
  const parts = new Map<string, number>();
  const seesHead = actors.some(({ publishes }) => publishes === true);
  let current: string | undefined;

  async function beginReady(): Promise<void> {
    for (const actor of actors) {
      const mayBegin = (actor.after ?? []).every(scheduler.hasEnded);
      if (begun.has(actor.name) || !mayBegin) continue;
      begun.add(actor.name);
      await scheduler.begin(actor.name, async () => {
        const process = createProcess(actor, world, (call) => scheduler.gate(actor.name, call), mutation);
        try {
          await actor.run(process);
        } catch (error) {
          world.wrong.push(`${actor.name} fails: ${error instanceof Error ? error.message : String(error)}`);
        }
      });
    }
  }

  function choices(): readonly Waiting[] {
    const rank = ({ process }: Waiting) =>
      process === current ? -1 : actors.findIndex(({ name }) => name === process);
    return [...scheduler.waiting].sort((a, b) => rank(a) - rank(b));
  }

  function partOf(call: string): number {
    const name = call.slice(0, call.indexOf('.'));
    const known = parts.get(name);
    if (known !== undefined) return known;
    const part = interned(contentOf(name, world, seesHead));
    parts.set(name, part);
    return part;
  }

  async function grant(choice: Waiting): Promise<void> {
    const { process, call } = choice;
    answers.set(process, interned(`${answers.get(process)} ${call} ${answersNothing.has(call) ? '' : partOf(call)}`));
    trace.push(`${process}: ${call}`);
    current = process;
    const { fork, cursor } = world.tables.progress;
    await scheduler.grant(choice);
    parts.clear();
    const now = world.tables.progress;
    if (now.fork === fork && (now.cursor?.height ?? 0) < (cursor?.height ?? 0)) {
      world.wrong.push(`${process} moves the cursor from ${cursor?.height} back to ${now.cursor?.height}`);
    }
    await beginReady();
  }

  const contents = (...tables: readonly string[]) =>
    (tables.length === 0 ? tableNames : tables).map((name) => partOf(`${name}.`)).join(' ');

  await beginReady();
  return {
    world,
    trace,
    choices,
    interrupts: (choice) => {
      const [first] = choices();
      return first !== undefined && first.process === current && choice !== first;
    },
    grant,
    isOver: () => actors.every(({ name, mortal }) => mortal || scheduler.hasEnded(name)),
    contents,
    fingerprint: () => [contents(), ...actors.map(({ name }) => answers.get(name)), current].join(' '),
  };
}

const tableNames = ['records', 'cache', 'watches', 'progress', 'chain'];

const answersNothing = new Set(['cache.put', 'watches.presence', 'watches.row']);

/** The same number for the same text. */
export type Interned = (text: string) => number;

export function createInterned(): Interned {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
}

/** What the answers of calls of this name depend on. The owner of a lease decides nothing here, nor does the head elsewhere. */
function contentOf(name: string, { tables, network, clock }: World, seesHead: boolean): string {
  switch (name) {
    case 'records':
      return JSON.stringify([[...tables.records], [...tables.audit].map(([key, trail]) => [key, trail.length])]);
    case 'cache':
      return JSON.stringify([...tables.cache]);
    case 'watches':
      return JSON.stringify([...tables.watches].map(([key, rows]) => [key, [...rows].sort()]).sort());
    case 'progress':
      return JSON.stringify([
        { ...tables.progress, ...(!seesHead && { head: null }) },
        tables.syncLease.token,
        tables.syncLease.until,
      ]);
    default:
      return JSON.stringify([network, clock]);
  }
}
