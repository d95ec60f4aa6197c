import type { Service } from '../../domain/service.ts';

export interface OperatorRequest {
  /** The part of the service that it is about. */
  readonly of: 'sync' | 'reconciliations';
  /** The name of the authenticated principal. */
  readonly actor: string;
  readonly asked: object;
}

/** Writes down what an operator asks for, before it is done: nothing is done on request without a trace (rule ACCESS-25). */
export function auditRequest(
  { of, actor, asked }: OperatorRequest,
  { audit, clock }: Pick<Service, 'audit' | 'clock'>,
): Promise<void> {
  const timestamp = new Date(clock.now()).toISOString();
  return audit.append({
    ref: { kind: 'service', id: of },
    cause: 'review',
    actor,
    before: null,
    // With the moment: a request that is made again is another one.
    after: { ...asked, at: timestamp },
    block: null,
    timestamp,
  });
}
