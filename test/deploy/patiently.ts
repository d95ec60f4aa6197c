import { eventually } from '../faults/child.ts';

const limitMs = 200_000;
const pauseMs = 200;

/** Polls until the condition holds. Each look is a request to a server that has one thread for all it does. */
export const patiently = (holds: () => boolean | Promise<boolean>): Promise<void> =>
  eventually(holds, limitMs, pauseMs);
