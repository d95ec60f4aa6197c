import { AgeNote } from '../parts/age-note.tsx';
import { Facts } from '../parts/facts.tsx';
import { countText, numberText, percentText } from '../parts/number-text.ts';
import { Moment } from '../parts/time.tsx';
import { durationText } from '../parts/time-text.ts';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';

/** The figures of the store, and of the process that answers. */
export function Figures() {
  const stats = usePolled('stats', 10_000, (client, signal) => client.getStats({}, { signal }));
  const { value } = stats;
  if (value === undefined) return <AgeNote of={stats} />;
  const { store, instance } = value;
  return (
    <section>
      <h2>Figures</h2>
      {stats.error !== undefined && <AgeNote of={stats} />}
      {store === null && <p class="old">The store cannot be read: its figures are missing.</p>}
      <Facts
        of={[
          ['Followed through block', store?.cursor && numberText(store.cursor.height)],
          ['Newest block', store?.head && numberText(store.head.height)],
          [
            'Behind the chain',
            store &&
              (store.lagSeconds === null
                ? null
                : `${durationText(store.lagSeconds)}, ${countText(store.lagBlocks, 'block')}`),
          ],
          [
            'Conflicts for a person',
            store && <a href={hrefOf('conflicts')}>{numberText(store.conflicts.awaitingReview)}</a>,
          ],
          ['Conflicts being resolved', store && numberText(store.conflicts.open)],
          ['Records', store?.coverage && numberText(store.coverage.records)],
          ['Compared with the chain within a day', store?.coverage && percentText(store.coverage.share)],
          ['Answers from the cache, this process', percentText(instance.hitRate)],
          ['Calls to nodes, this process', numberText(instance.chainCalls)],
          [
            'Webhooks',
            store?.webhooks &&
              `${store.webhooks.active} active, ${store.webhooks.paused} paused, ${store.webhooks.failing} failing`,
          ],
          ['This process since', <Moment key="since" at={instance.startedAt} />],
        ]}
      />
      <p class="quiet">{value.note} All times are UTC.</p>
    </section>
  );
}
