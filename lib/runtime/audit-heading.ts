import manifest from '../../package.json' with { type: 'json' };
import { LOGIC_VERSION } from '../domain/progress.ts';
import type { AuditSpan } from '../usecases/audit/verify-audit.ts';
import type { Running } from './service.ts';

/** Which service reports, to whom, and when. */
export const auditHeading = (askedBy: string, { from, until }: AuditSpan, { config, clock }: Running) => ({
  service: {
    name: manifest.name,
    network: config.network,
    environment: config.environment,
    version: manifest.version,
    logicVersion: LOGIC_VERSION,
  },
  askedBy,
  askedAt: new Date(clock.now()).toISOString(),
  from,
  until,
});

export type AuditHeading = ReturnType<typeof auditHeading>;

/** `audit-casper-production-2026-11-01-2026-12-01.csv` */
export const auditFileName = ({ service, from, until }: AuditHeading, extension: string): string =>
  `audit-${service.network}-${service.environment}-${from.slice(0, 10)}-${until.slice(0, 10)}.${extension}`.replaceAll(
    /[^A-Za-z0-9._-]/g,
    '-',
  );
