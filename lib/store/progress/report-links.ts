import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { all, updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';

const linkKey = (digest: string) => ({ name: `report-link#${digest}` });

const open = 'SET #openedBy = :openedBy';
const unopened = all('#run = :run', '#until > :now', 'attribute_not_exists(#openedBy)');

/** Rule ACCESS-29: links to reports, by the digests of their tokens. The table drops them some time after they have ended. */
export function createReportLinks(
  dynamo: Dynamo,
  prefix: string,
): Pick<ProgressStore, 'keepReportLink' | 'openReportLink'> {
  const TableName = tableName(prefix, 'progress');
  const update = updatesOf(dynamo, TableName);
  return {
    async keepReportLink({ digest, run, until }) {
      const Item = { ...linkKey(digest), run, until, expiresAt: Math.ceil(until / 1_000) };
      await dynamo.send(new PutCommand({ TableName, Item }));
    },

    async openReportLink({ digest, run, openedBy, now }) {
      const values = { ':run': run, ':now': now, ':openedBy': openedBy };
      const opened = await update(linkKey(digest), open, unopened, values);
      // An update whose first answer was lost, and that was sent again, must not lose against itself.
      return opened.made || (opened.sentAgain && opened.there.openedBy?.S === openedBy);
    },
  };
}
