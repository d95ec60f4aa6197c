import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { ClientError, LookupClient } from '../../client/index.ts';
import { pageNow } from '../clock.ts';
import { useSession } from './session.ts';

/** The newest answer to a question that a view asks again and again. */
export interface Polled<T> {
  /** Stays when a later question fails. */
  readonly value: T | undefined;
  /** Why the last question failed. */
  readonly error: ClientError | undefined;
  /** When the value came, in milliseconds since the epoch. */
  readonly at: number | undefined;
  readonly everyMs: number;
  /** Asks now. */
  again(): void;
}

/** Rises when the reader wants everything now. */
export const AgainContext = createContext(0);

const longestPauseMs = 60_000;

/** `subject`: what is asked about; another one begins anew. A hidden page asks nothing; each failure doubles the pause. */
export function usePolled<T>(
  subject: string,
  everyMs: number,
  ask: (client: LookupClient, signal: AbortSignal) => Promise<T>,
): Polled<T> {
  const session = useSession();
  const everywhere = useContext(AgainContext);
  const [state, setState] = useState<Pick<Polled<T>, 'value' | 'error' | 'at'> & { readonly of: string }>({
    of: subject,
    value: undefined,
    error: undefined,
    at: undefined,
  });
  const [own, setOwn] = useState(0);
  const asking = useRef(ask);
  asking.current = ask;
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isDue = true;
    let failures = 0;
    const next = async (): Promise<void> => {
      isDue = true;
      if (document.hidden) return;
      isDue = false;
      let pause = everyMs;
      try {
        const value = await session.call((client) => asking.current(client, leaving.signal));
        if (leaving.signal.aborted) return;
        failures = 0;
        setState({ of: subject, value, error: undefined, at: pageNow() });
      } catch (error) {
        if (leaving.signal.aborted) return;
        failures += 1;
        const { retryAfter = 0 } = error as ClientError;
        pause = Math.max(Math.min(everyMs * 2 ** failures, longestPauseMs), retryAfter * 1_000);
        setState((before) => ({
          ...(before.of === subject ? before : { of: subject, value: undefined, at: undefined }),
          error: error as ClientError,
        }));
      }
      timer = setTimeout(next, pause);
    };
    const onVisible = (): void => {
      if (isDue && !document.hidden) void next();
    };
    document.addEventListener('visibilitychange', onVisible);
    void next();
    return () => {
      leaving.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [subject, everyMs, session, own, everywhere]);
  const again = useCallback(() => setOwn((times) => times + 1), []);
  const { value, error, at } = state.of === subject ? state : { value: undefined, error: undefined, at: undefined };
  return { value, error, at, everyMs, again };
}
