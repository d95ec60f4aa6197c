import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import type { ReadOptions } from '../domain/freshness.ts';
import type { ProofQuery } from '../usecases/reading/lookup-proved.ts';

/** `?proof=full` of a request, or `?anchor` without it. Throws InvalidRequest. */
export function proofQueryOf(
  { proof, anchor, at, wait }: Readonly<Record<string, string | undefined>>,
  options: ReadOptions,
): ProofQuery {
  const errors: FieldError[] = [];
  const wrong = (path: string, message: string): void => void errors.push({ path, message });
  if (proof === undefined) wrong('anchor', 'is for proof=full');
  else if (proof !== 'full') wrong('proof', 'must be full');
  if (anchor !== undefined && !/^\d{1,15}$/.test(anchor))
    wrong('anchor', 'must be the height of a switch block: a whole number of up to 15 digits');
  if (at !== undefined) wrong('at', 'names a block of the past, and proof=full proves the newest value');
  if (wait !== undefined) wrong('wait', 'waits for a change, and proof=full reads the chain now');
  if (options.onlyIfCached)
    wrong('Cache-Control', 'only-if-cached forbids to ask nodes, and proof=full reads the chain');
  if (errors.length > 0) throw new InvalidRequest(errors);
  return { anchor: anchor === undefined ? undefined : Number(anchor), options };
}
