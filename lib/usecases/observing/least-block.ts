import { newestHead, type Progress } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/** The height below which nothing may be read for a record: never back in time, unless it is of a block that nobody has seen. */
export function leastBlock(
  record: Pick<EntityRecord, 'block'> | undefined,
  { cursor, mark, head }: Progress,
  { memory }: Pick<Service, 'memory'>,
): number {
  const height = record?.block.height ?? 0;
  const highest = newestHead(head, memory.head())?.height ?? height;
  return Math.max(cursor?.height ?? 0, mark ?? 0, height <= highest ? height : 0);
}
