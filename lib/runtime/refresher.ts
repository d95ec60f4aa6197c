import type { Refresher } from '../domain/ports/background-work.ts';
import { createInvoker } from './invoker.ts';

/** Invokes the refresh function asynchronously. */
export function createRefresher(functionName: string): Refresher {
  const invoke = createInvoker();
  return { request: (ref) => invoke(functionName, ref) };
}
