import { reading } from './reading.ts';
import type { Use } from './use.ts';

/** What is done with each environment that was deployed, in this order. */
export const uses: readonly Use[] = [reading];
