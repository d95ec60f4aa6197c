import { invoked } from '../lib/runtime/invocation.ts';
import { withHeads } from '../lib/runtime/with-heads.ts';
import { compareLatestDay } from '../lib/usecases/audit/compare-latest-day.ts';

/** Holds the trails against the latest day that was signed; the state machine invokes it when every day that is over is signed. */
export const handler = invoked((_: object, service) => compareLatestDay(withHeads(service)));
