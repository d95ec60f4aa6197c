import { LookupError } from '../domain/errors.ts';
import type { LocalPart } from '../usecases/local-data/read-local-data.ts';
import type { LookupOutcome } from '../usecases/reading/lookup-many.ts';
import { internalError, problemOf } from './problem.ts';
import { absenceOf, dataOf, metaOf } from './reply.ts';
import type { Running } from './service.ts';

/** One outcome of several: the answer with its `meta`, or the error. A defect is logged, counted, and reported like every defect. */
export function outcomeIn(requestId: string, { log, metrics }: Pick<Running, 'log' | 'metrics'>) {
  return <Ref extends object>(ref: Ref, outcome: LookupOutcome, local?: LocalPart) => {
    if ('answer' in outcome) {
      const { answer } = outcome;
      if (answer.data !== null)
        return { ref, data: dataOf(answer.data, local), meta: metaOf(answer, requestId, local) };
      const meta = metaOf(answer, requestId);
      return { ref, error: problemOf(absenceOf(answer), requestId), meta };
    }
    const { error } = outcome;
    if (error instanceof LookupError) return { ref, error: problemOf(error, requestId) };
    metrics.count('Defect');
    log.error('defect', { ref, error: error instanceof Error ? error.stack : String(error) });
    return { ref, error: internalError(requestId) };
  };
}
