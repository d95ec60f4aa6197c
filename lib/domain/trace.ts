import { AsyncLocalStorage } from 'node:async_hooks';
import { LookupError, messageOf } from './errors.ts';
import { type Hop, isFailure, type TimedHop } from './explanation.ts';

/** A hop whose reason is put into words only where it is kept. */
export type NotedHop = Omit<Hop, 'why'> & { readonly why?: string | (() => string | undefined) | undefined };

/** What is noted of one request while it is at work. */
export interface Trace {
  /** An answer to it, or to one of its parts, was stale, or failed. */
  readonly isStale: boolean;
  readonly hasFailed: boolean;
  readonly isEmpty: boolean;
  /** It was taken: nothing more is noted. */
  readonly isOver: boolean;
  /** Milliseconds since it began. */
  elapsedMs(): number;
  note(hop: NotedHop): void;
  /** In order. Nothing is noted afterwards. */
  end(): { readonly hops: readonly TimedHop[]; readonly leftOut: number };
}

const mostHops = 100;
const firstHops = 60;
const longestText = 400;

/** Rule EXPLAIN-1: of many hops the first and the last ones stay, and the others are counted. */
export function createTrace({ steady }: { readonly steady: () => number }): Trace {
  const begun = steady();
  const hops: (NotedHop & { readonly at: number })[] = [];
  let [leftOut, isStale, hasFailed, isOver] = [0, false, false, false];
  const elapsedMs = (): number => Math.max(0, Math.round(steady() - begun));

  return {
    get isStale() {
      return isStale;
    },
    get hasFailed() {
      return hasFailed;
    },
    get isEmpty() {
      return hops.length === 0;
    },
    get isOver() {
      return isOver;
    },
    elapsedMs,
    note(hop) {
      if (isOver) return;
      if (hop.step === 'answer') {
        isStale ||= hop.stale === true;
        hasFailed ||= isFailure(hop.outcome);
      }
      if (hops.length === mostHops) leftOut += hops.splice(firstHops, 1).length;
      hops.push({ at: elapsedMs(), ...hop });
    },
    end() {
      isOver = true;
      return { hops: hops.map(inWords), leftOut };
    },
  };
}

const traces = new AsyncLocalStorage<Trace>();

/** What `work` notes, also in what it calls, is noted in this trace. */
export const traced = <T>(trace: Trace, work: () => T): T => traces.run(trace, work);

export const currentTrace = (): Trace | undefined => traces.getStore();

/** Notes a hop of the request that is at work; does nothing where none is: a tick of sync, for example. */
export const note = (hop: NotedHop): void => traces.getStore()?.note(hop);

/** The class of an error and its message: messages of nodes' failures name no URL. */
export const reasonOf = (error: unknown): string =>
  error instanceof LookupError ? `${error.name}: ${error.message}` : error instanceof Error ? error.name : 'unknown';

/** Notes that a part of the request ends in this error. */
export function noteFailure(ref: string, error: unknown): void {
  const outcome = error instanceof LookupError ? error.code : 'internal_error';
  note({ step: 'answer', outcome, ref, why: error instanceof LookupError ? messageOf(error) : undefined });
}

function inWords({ at, why, ...hop }: NotedHop & { readonly at: number }): TimedHop {
  const reason = typeof why === 'function' ? why() : why;
  const whole = Object.entries({ at, ...hop, ...(reason !== undefined && { why: reason }) });
  return Object.fromEntries(
    whole
      .filter(([, value]) => value !== undefined && value !== Number.POSITIVE_INFINITY)
      .map(([name, value]) => [name, typeof value === 'string' ? cut(value) : value]),
  ) as unknown as TimedHop;
}

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);
