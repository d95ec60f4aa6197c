import { invoked } from '../lib/runtime/invocation.ts';
import { runTick } from '../lib/usecases/following/tick.ts';

/** One tick of sync; the state machine invokes it twice a minute. */
export const handler = invoked((_event, service) => runTick(service));
