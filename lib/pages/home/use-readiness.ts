import { useEffect, useState } from 'preact/hooks';
import type { Schemas } from '../../client/contract.ts';

type Ready = Schemas['Ready'];

export interface Readiness extends Omit<Ready, 'network'> {
  /** null: the service has not answered yet. */
  readonly network: string | null;
  /** It does not answer now: the figures are those of its last answer. */
  readonly isOld?: boolean;
}

const everyMs = 5_000;
const none: Readiness = {
  ready: false,
  reason: null,
  network: null,
  cursor: null,
  head: null,
  lagBlocks: null,
  lagSeconds: null,
  limitSeconds: 0,
};

/** What the service says of itself, every five seconds while the page is seen. Without an answer it is not ready. */
export function useReadiness(): Readiness | undefined {
  const [readiness, setReadiness] = useState<Readiness>();
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      if (document.hidden) return;
      const answer = await read(leaving.signal);
      if (leaving.signal.aborted) return;
      setReadiness((last = none) =>
        typeof answer === 'string' ? { ...last, ready: false, reason: answer, isOld: last.network !== null } : answer,
      );
      timer = setTimeout(ask, everyMs);
    };
    void ask();
    document.addEventListener('visibilitychange', ask, { signal: leaving.signal });
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, []);
  return readiness;
}

/** A text: why there is none. */
async function read(signal: AbortSignal): Promise<Ready | string> {
  try {
    const response = await fetch('/v1/ready', { signal });
    const body: Partial<Ready & Schemas['Problem']> = await response.json();
    if (body.ready !== undefined) return body as Ready;
    return body.detail ?? `the service answered ${response.status}`;
  } catch {
    return 'the service does not answer';
  }
}
