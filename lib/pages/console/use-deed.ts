import { useState } from 'preact/hooks';
import type { ClientError, LookupClient } from '../../client/index.ts';
import { useSession } from './session.ts';

/** One thing that an operator does, and what came of it. */
export interface Deed {
  readonly isBusy: boolean;
  /** What was done, in a sentence. */
  readonly done: string | undefined;
  readonly error: ClientError | undefined;
  /** Does it, unless it is being done; gives whether it was done. `ask` gives what was done, in a sentence. */
  run(ask: (client: LookupClient) => Promise<string>): Promise<boolean>;
}

export function useDeed(): Deed {
  const session = useSession();
  const [state, setState] = useState<Omit<Deed, 'run'>>({ isBusy: false, done: undefined, error: undefined });
  const run = async (ask: (client: LookupClient) => Promise<string>): Promise<boolean> => {
    if (state.isBusy) return false;
    setState({ isBusy: true, done: undefined, error: undefined });
    try {
      const done = await session.call(ask);
      setState({ isBusy: false, done, error: undefined });
      return true;
    } catch (error) {
      setState({ isBusy: false, done: undefined, error: error as ClientError });
      return false;
    }
  };
  return { ...state, run };
}
