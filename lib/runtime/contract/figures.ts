import * as z from 'zod/mini';
import { blockOrNull, blockSchema } from './entities.ts';
import { count, object, orNull, share, string, timestamp } from './fields.ts';

const headMembers = {
  ...blockSchema.shape,
  seenAt: timestamp('When a process of the service saw the block, ISO 8601 in UTC'),
};
const newestBlockOrNull = () =>
  orNull(
    object(headMembers, 'A block'),
    'The newest block of the chain that the service knows; null before the first one',
  );

/** How far the data is behind the chain. */
const lag = {
  lagBlocks: orNull(count('Blocks'), 'How far the data is behind the chain, in blocks; null while that is unknown'),
  lagSeconds: orNull(
    count('Seconds'),
    'How far the data is behind the chain, in seconds: since this process first saw the block after the cursor, so that a pause of the chain is no lag; by the time of the chain where it has not watched for so long. It grows while no process sees a node, also when `lagBlocks` is 0. Null while that is unknown.',
  ),
};
const cursor = blockOrNull('The last block that sync has applied; null before its first run');

export const lagMembers = { cursor, head: newestBlockOrNull(), ...lag };
export const syncMembers = { cursor, tip: newestBlockOrNull(), ...lag };

export const stalledOrNull = () =>
  orNull(
    object(
      { since: timestamp('Since when, ISO 8601 in UTC'), reason: string('Why sync does not advance') },
      'Why sync does not advance',
    ),
    'Why sync does not advance, and since when; null while it does',
  );

export const reconcileFromOrNull = () =>
  orNull(
    object(
      {
        height: count('The height of that block'),
        reason: string('Why any value may have changed'),
        at: timestamp('When this was recorded, ISO 8601 in UTC'),
      },
      'A block at which any value may have changed',
    ),
    'A block at which any value may have changed without a write, so that every record is compared again; null without one',
  );

export const webhookFiguresOrNull = () =>
  orNull(
    object(
      {
        active: count('Webhooks that are sent events'),
        paused: count('Paused ones, by an operator or because of their receivers'),
        edited: count('Ones whose stored row was changed outside this service: nothing is sent to them'),
        failing: count('Active ones whose last delivery failed'),
        oldestUndelivered: orNull(
          object(
            {
              webhook: string('The id of the webhook that is furthest behind, paused ones included'),
              at: orNull(
                z.string(),
                'When the first event behind its place happened, ISO 8601 in UTC; null: it is no longer kept',
              ),
              events: count('Events behind its place, also those that do not fit its filter'),
            },
            'Where delivery is furthest behind',
          ),
          'Where delivery is furthest behind; null: everything is delivered',
        ),
      },
      'Webhooks that are not disabled',
    ),
    'Webhooks that are not disabled; null when they could not be read',
  );

/** `oldest` is ISO 8601, unless the row was edited by hand: no format is required of it. */
export const coverageOrNull = (description: string) =>
  orNull(
    object(
      {
        records: count('Records in the store'),
        verified: count('Records that were compared with the chain within the last 24 hours'),
        share: orNull(share('A share'), '`verified` as a share of `records`, 0 to 1; null without records'),
        oldest: orNull(
          z.string(),
          'When the record that waits longest was last compared with the chain, ISO 8601 in UTC; null without records',
        ),
        oldestSeconds: orNull(count('Seconds'), 'How long ago that was, in seconds; null without records'),
        at: timestamp('When this was counted, ISO 8601 in UTC'),
      },
      'How much of the store was compared with the chain',
    ),
    description,
  );
