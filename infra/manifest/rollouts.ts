import type { FunctionName } from './functions.ts';
import { routes } from './routes.ts';

/**
 * `linear`: a new version gets a tenth more of the invocations each minute. `at-once`: all of them.
 */
export type Shift = 'linear' | 'at-once';

const callers: ReadonlySet<string> = new Set(['anyone', 'reader', 'writer']);
const called: ReadonlySet<string> = new Set([
  // It is asked with each request of a route that is not open.
  'authorize',
  ...routes.filter(({ audience }) => callers.has(audience)).map((route) => route.function),
]);

/**
 * How a new version of a function comes into use where deployments are gradual. What callers reach is invoked often enough that a tenth of
 * it shows a defect. What streams, schedules, other functions and operators invoke moves at once: for two versions of sync to take turns is
 * safe (rule ITEM-5), but the older one does nothing once the newer one has raised the logic version.
 */
export const shiftOf = (name: FunctionName): Shift => (called.has(name) ? 'linear' : 'at-once');
