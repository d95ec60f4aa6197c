import { join } from 'node:path';
import { type Child, startChild } from '../child.ts';
import type { Proving } from './reader.ts';
import type { Reads } from './reader-child.ts';

/** Answers with the CPU time of one read, in microseconds. `profile` is a folder for its CPU profile. */
export const startReader = (
  { url, chainName }: { readonly url: string; readonly chainName: string },
  proving: Proving,
  profile?: string,
): Promise<Child<Reads, number>> =>
  startChild(join(import.meta.dirname, 'reader-child.ts'), [url, chainName, proving], { profile });
