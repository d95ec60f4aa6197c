import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Facts } from '../parts/facts.tsx';
import { Heading } from '../parts/heading.tsx';
import { numberText } from '../parts/number-text.ts';
import { Status } from '../parts/status.tsx';
import { Moment } from '../parts/time.tsx';
import { useSession } from '../session.ts';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import { WebhookDeeds } from './webhook-deeds.tsx';

type Webhook = Schemas['Webhook'];

/** One receiver of events: how far it is, why it is not, and what an operator can do. */
export function WebhookView({ id }: { readonly id: string }) {
  const { isOperator } = useSession();
  const webhook = usePolled(id, 5_000, (client, signal) => client.getWebhook({ id }, { signal }));
  const { value } = webhook;
  return (
    <>
      <p>
        <a href={hrefOf('webhooks')}>All webhooks</a>
      </p>
      <Heading title="Webhook" />
      <AgeNote of={webhook} />
      {value !== undefined && (
        <>
          <p>
            <code class="value">{value.url}</code>
          </p>
          <State webhook={value} />
          {value.delivery.lastFailure !== null && <LastFailure failure={value.delivery.lastFailure} />}
          {isOperator && <WebhookDeeds webhook={value} onDone={webhook.again} />}
        </>
      )}
    </>
  );
}

const reasons = {
  operator: 'an operator',
  failures: 'every delivery failed for too long',
  gone: 'the receiver answered 410',
  expired: 'its place is no longer in the log of changes',
} as const;

function State({
  webhook: { status, reason, since, description, filter, delivery, createdAt, createdBy },
}: {
  readonly webhook: Webhook;
}) {
  const wanted = Object.entries(filter).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${[value].flat().join(', ')}`],
  );
  return (
    <Facts
      of={[
        ['Status', <Status key="status" of={status} />],
        ['Why', reason === null ? undefined : reasons[reason]],
        ['Since', <Moment key="since" at={since} />],
        ['Description', description ?? undefined],
        ['Events', wanted.length === 0 ? 'all' : wanted.join('; ')],
        ['Delivered', numberText(delivery.delivered)],
        ['Last delivery', delivery.lastDeliveredAt === null ? 'never' : <Moment at={delivery.lastDeliveredAt} />],
        ['Failures in a row', numberText(delivery.failures)],
        ['Failing since', delivery.failingSince === null ? undefined : <Moment at={delivery.failingSince} />],
        ['Next attempt', delivery.nextAttemptAt === null ? undefined : <Moment at={delivery.nextAttemptAt} />],
        [
          'Place in the log',
          <code key="cursor" class="value">
            {delivery.cursor}
          </code>,
        ],
        [
          'Made',
          <span key="made">
            <Moment at={createdAt} /> by {createdBy}
          </span>,
        ],
      ]}
    />
  );
}

const LastFailure = ({ failure }: { readonly failure: NonNullable<Webhook['delivery']['lastFailure']> }) => (
  <p>
    Last failure: <Moment at={failure.at} />, event <code class="value">{failure.event}</code>:{' '}
    <strong>{failure.problem.replaceAll('_', ' ')}</strong>
    {failure.status !== null && `, status ${failure.status}`}
    {failure.errorCode !== null && `, ${failure.errorCode}`}.
  </p>
);
