import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { Stream } from '../../manifest.ts';

/** The filter of a stream on AWS: which of a table's changes its function gets. */
export function isWantedBy({ changes, where }: Stream, { eventName, dynamodb }: StreamRecord): boolean {
  if (!changes.some((change) => change === eventName)) return false;
  return where === undefined || dynamodb?.NewImage?.[where.attribute]?.S === where.is;
}
