import type { Schemas } from '../../../client/index.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { Charts } from '../parts/charts.tsx';
import { Facts } from '../parts/facts.tsx';
import { Heading } from '../parts/heading.tsx';
import { numberText, percentText } from '../parts/number-text.ts';
import { DataTable } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { Short } from '../parts/value.tsx';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import { DriftSamples } from './drift.tsx';

type Answers = readonly [kind: string, answers: Schemas['Stats']['instance']['answers'][string]];

/** Where answers come from, what is asked for most, and what samples say about the limits. */
export function CacheView() {
  const stats = usePolled('stats', 10_000, (client, signal) => client.getStats({}, { signal }));
  const { value } = stats;
  return (
    <>
      <Heading title="Cache" />
      <AgeNote of={stats} />
      {value !== undefined && (
        <>
          <Facts
            of={[
              ['Answers from the cache, this process', percentText(value.instance.hitRate)],
              ['This process since', <Moment key="since" at={value.instance.startedAt} />],
              ['Calls to nodes, this process', numberText(value.instance.chainCalls)],
              ['Values asked to be read again', value.store && numberText(value.store.invalidations.length)],
            ]}
          />
          <DataTable
            caption="Answers of this process, by kind and source"
            rows={Object.entries(value.instance.answers)}
            keyOf={([kind]) => kind}
            empty="This process has answered no reader yet."
            columns={columns}
          />
          <HotKeys keys={value.store?.hotKeys ?? null} />
          <DriftSamples of={value.store?.drift ?? null} />
        </>
      )}
      <Charts of={['readers']} />
    </>
  );
}

const shareOf = ({ cache, chain, database }: Answers[1]): number | null => {
  const all = cache + chain + database;
  return all === 0 ? null : cache / all;
};

const columns = [
  { title: 'Kind', cell: ([kind]: Answers) => kind },
  { title: 'Cache', cell: ([, { cache }]: Answers) => numberText(cache), isNumber: true },
  { title: 'Chain', cell: ([, { chain }]: Answers) => numberText(chain), isNumber: true },
  { title: 'Database', cell: ([, { database }]: Answers) => numberText(database), isNumber: true },
  { title: 'Absent', cell: ([, { absent }]: Answers) => numberText(absent), isNumber: true },
  { title: 'From the cache', cell: ([, answers]: Answers) => percentText(shareOf(answers)), isNumber: true },
];

const HotKeys = ({ keys }: { readonly keys: NonNullable<Schemas['Stats']['store']>['hotKeys'] }) => (
  <section>
    <h2>Asked for most</h2>
    {keys === null ? (
      <p>This could not be read.</p>
    ) : keys.length === 0 ? (
      <p class="quiet">Nothing was asked for often in the last quarter of an hour.</p>
    ) : (
      <>
        <p class="quiet">
          By all processes, most often first. What changes of these is read again before a reader asks.
        </p>
        <ol class="hot">
          {keys.map(({ kind, id }) => (
            <li key={kind + id}>
              <a href={hrefOf('records', kind, id)}>
                <Short of={`${kind} ${id}`} />
              </a>
            </li>
          ))}
        </ol>
      </>
    )}
  </section>
);
