import { type CoverageFigures, coverageFigures } from '../../domain/coverage.ts';
import type { Service } from '../../domain/service.ts';

/** What share of the records was compared with the chain, as the run has stored it that ended last before a moment. */
export interface StoredCoverage extends CoverageFigures {
  readonly run: string;
}

const runsOfPage = 25;
/** Of an hourly schedule, four days and more. */
const pagesSearched = 4;

/** null: of the latest runs, none had ended by then (ISO 8601). */
export async function storedCoverage(
  until: string,
  { reconciliations }: Pick<Service, 'reconciliations'>,
): Promise<StoredCoverage | null> {
  let after: string | undefined;
  for (let page = 0; page < pagesSearched; page += 1) {
    const { runs, more } = await reconciliations.list({ after, limit: runsOfPage });
    for (const { id, coverage } of runs)
      if (coverage !== null && coverage.at < until) return { run: id, ...coverageFigures(coverage) };
    after = runs.at(-1)?.id;
    if (!more) break;
  }
  return null;
}
