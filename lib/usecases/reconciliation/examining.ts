import type { Snapshot } from '../../domain/claim.ts';
import type { Finding } from '../../domain/reconciliation.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { ComparisonContext } from './comparison-context.ts';
import type { Results } from './results.ts';
import type { StoreChecks } from './store-checks.ts';

/** A record, and what is known of it before the chain is read. */
export interface Examining {
  readonly record: EntityRecord;
  readonly stored: StoreChecks;
  readonly snapshot: Snapshot;
  /** The height through which the record is claimed to be current. */
  readonly through: number;
  readonly context: ComparisonContext;
}

/** How a record compares with the chain, and which remedies it needs. */
export interface Examined extends Results {
  readonly record: EntityRecord;
  readonly through: number;
  readonly finding: Finding;
}

/** The result for a record that is not compared. */
export const skipped = ({ record, through }: Examining): Examined => ({
  record,
  through,
  finding: 'skipped',
  checks: {},
  problems: [],
  remedies: [],
});
