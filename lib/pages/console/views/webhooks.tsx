import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Charts } from '../parts/charts.tsx';
import { Heading } from '../parts/heading.tsx';
import { numberText } from '../parts/number-text.ts';
import { usePages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { useSession } from '../session.ts';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import type { ViewProps } from '../view.ts';
import { NewWebhookForm } from './new-webhook.tsx';
import { ShownOnce, useShownOnce } from './shown-once.tsx';
import { WebhookView } from './webhook.tsx';

type Listed = Schemas['WebhookList']['items'][number];

/** The receivers of events, or one of them. */
export const WebhooksView = ({ parts: [id] }: ViewProps) =>
  id === undefined ? <WebhookTable /> : <WebhookView id={id} />;

function WebhookTable() {
  const { isOperator } = useSession();
  const made = useShownOnce();
  const { query, page, pager } = usePages();
  const list = usePolled(`webhooks ${page}`, 10_000, (client, signal) =>
    client.listWebhooks({ limit: 50, ...query }, { signal }),
  );
  return (
    <>
      <Heading title="Webhooks" />
      <AgeNote of={list} />
      <ShownOnce what="secret" of={made} />
      {list.value !== undefined && (
        <>
          <DataTable
            caption="Webhooks, newest first"
            rows={list.value.items}
            keyOf={({ id }) => id}
            empty="There is no webhook."
            columns={columns}
          />
          {pager(list.value.next)}
        </>
      )}
      {isOperator && (
        <NewWebhookForm
          onMade={(secret) => {
            made.show(secret);
            list.again();
          }}
        />
      )}
      <Charts of={['events']} />
    </>
  );
}

const isReadable = (one: Listed): one is Schemas['Webhook'] => !('unreadable' in one);

const columns = [
  {
    title: 'Receiver',
    cell: (one: Listed) => (
      <a class="value" href={hrefOf('webhooks', one.id)}>
        {isReadable(one) ? one.url : one.id}
      </a>
    ),
  },
  {
    title: 'What it is',
    cell: (one: Listed) => (isReadable(one) ? one.description : 'unreadable: its row was changed outside the service'),
  },
  { title: 'Status', cell: (one: Listed) => <Status of={one.status} /> },
  { title: 'Delivered', cell: (one: Listed) => isReadable(one) && numberText(one.delivery.delivered), isNumber: true },
  {
    title: 'Last delivery',
    cell: (one: Listed) =>
      isReadable(one) &&
      (one.delivery.lastDeliveredAt === null ? 'never' : <Moment at={one.delivery.lastDeliveredAt} />),
  },
  {
    title: 'Failures in a row',
    cell: (one: Listed) => isReadable(one) && numberText(one.delivery.failures),
    isNumber: true,
  },
];
