import { unlessAborted } from '../../domain/deadline.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { Abandoned } from '../rpc/rpc-failure.ts';
import type { Upstream } from './upstream.ts';

/** What is asked of a node at a time; `since`: an outcome of nothing begun earlier will do. */
export type SharedAsk<T> = (upstream: Upstream, signal: AbortSignal, since: number) => Promise<T>;

/** The same question, once per node at a time: whoever wants an outcome that was begun no earlier than `since` shares it. */
export function createShared<T>(clock: Clock, ask: SharedAsk<T>): SharedAsk<T> {
  const latest = new Map<Upstream, { readonly begun: number; readonly outcome: Promise<T> }>();
  return async (upstream, signal, since) => {
    const running = latest.get(upstream);
    if (running !== undefined && running.begun >= since) return unlessLate(running.outcome, signal);
    const outcome = ask(upstream, signal, since);
    outcome.catch(() => undefined);
    latest.set(upstream, { begun: clock.now(), outcome });
    return outcome;
  };
}

async function unlessLate<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  const kept = await unlessAborted(
    shared.then((value) => ({ value })),
    signal,
  );
  if (kept === undefined) throw new Abandoned();
  return kept.value;
}
