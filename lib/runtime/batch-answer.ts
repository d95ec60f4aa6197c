import { LookupError } from '../domain/errors.ts';
import type { LookupOutcome } from '../usecases/reading/lookup-many.ts';
import { internalError, problemOf } from './problem.ts';
import { absenceOf, metaOf } from './reply.ts';
import type { Running } from './service.ts';

/** One outcome of several: the answer with its `meta`, or the error. A defect is logged, and reported like every defect. */
export function outcomeIn(requestId: string, { log }: Pick<Running, 'log'>) {
  return <Ref extends object>(ref: Ref, outcome: LookupOutcome) => {
    if ('answer' in outcome) {
      const { answer } = outcome;
      const meta = metaOf(answer, requestId);
      if (answer.data !== null) return { ref, data: answer.data, meta };
      return { ref, error: problemOf(absenceOf(answer), requestId), meta };
    }
    const { error } = outcome;
    if (error instanceof LookupError) return { ref, error: problemOf(error, requestId) };
    log.error('defect', { ref, error: error instanceof Error ? error.stack : String(error) });
    return { ref, error: internalError(requestId) };
  };
}
