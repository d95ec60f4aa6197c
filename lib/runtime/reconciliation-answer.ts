import type { EntityDefinition } from '../domain/entity.ts';
import type { FieldChange, Sample } from '../domain/reconciliation.ts';
import type { ReconciliationReport } from '../usecases/reconciliation/report.ts';
import { type EntityPaths, pathsOf } from './entity-route.ts';

/** A report as it is answered: each sample with the way to its record. */
export interface ReconciliationAnswer extends Omit<ReconciliationReport, 'samples'> {
  readonly samples: readonly SampleAnswer[];
}

export interface SampleAnswer extends Sample {
  readonly changes: readonly FieldChange[];
  /** null: the kind of the record has no route. */
  readonly paths: EntityPaths | null;
}

export const reconciliationAnswer = (
  report: ReconciliationReport,
  definitions: ReadonlyMap<string, EntityDefinition>,
): ReconciliationAnswer => ({
  ...report,
  samples: report.samples.map((sample) => ({
    ...sample,
    changes: sample.changes ?? [],
    paths: pathsOf(sample.ref, definitions),
  })),
});
