import type { Reconciliation } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';

/**
 * The service for the examinations of a run: a dry run stores nothing but its own report. So what an examination writes
 * in passing is left out: validators that it comes to know, and audit entries about nodes.
 */
export const examiningService = ({ dryRun }: Pick<Reconciliation, 'dryRun'>, service: Service): Service =>
  dryRun ? withoutWrites(service) : service;

const withoutWrites = (service: Service): Service => ({
  ...service,
  chain: { ...service.chain, at: (reading) => service.chain.at({ ...reading, keepsNothing: true }) },
  audit: { ...service.audit, append: async () => undefined },
});
