import { writeFileSync } from 'node:fs';
import { type CostCounts, countedFile, operationNames } from '../../../infra/cost/counted.ts';
import type { Local } from '../../support/local.ts';
import { limitWrites } from '../limit-writes.ts';
import type { Row } from '../row.ts';
import type { Subject } from '../warm-hit.ts';
import { countHandlers } from './hits.ts';
import { countOperations } from './operations.ts';

/** Counts what docs/cost.md is calculated from, and writes it to `infra/cost/counted.json`. */
export async function countCost(subject: Subject, local: Local): Promise<Row[]> {
  const { operations, storedBytes } = await countOperations();
  const handlers = await countHandlers(subject, local);
  const counted: CostCounts = {
    operations,
    ...handlers,
    limitWrites: Number((await limitWrites())[0]?.figure),
    storedBytes,
  };
  writeFileSync(countedFile, `${JSON.stringify(counted, null, 2)}\n`);
  return Object.entries(operations).map(([name, { requests, reads, writes, refused, calls }]) => ({
    bench: `cost: ${operationNames[name as keyof typeof operationNames]}`,
    counts: 'store requests',
    figure: String(requests),
    against: '',
    detail: `${reads} RRU, ${writes + refused} WRU, ${calls} calls`,
  }));
}
