import { bodyHash as hashOf } from '../proof/body-hash.ts';
import { NotBytes } from '../proof/bytes.ts';

/**
 * Whether the body of a Version2 block hashes to the `body_hash` of its header, that is, whether all its transactions were
 * sent. undefined where that cannot be said: the body has members that are not known here.
 */
export function isWholeBody(body: unknown, bodyHash: unknown): boolean | undefined {
  try {
    return typeof bodyHash === 'string' ? hashOf(body) === bodyHash : undefined;
  } catch (error) {
    if (error instanceof NotBytes) return undefined;
    throw error;
  }
}
