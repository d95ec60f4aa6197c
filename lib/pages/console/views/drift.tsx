import type { Schemas } from '../../../client/index.ts';
import { numberText, percentText } from '../parts/number-text.ts';
import { DataTable } from '../parts/table.tsx';

type Figures = NonNullable<NonNullable<Schemas['Stats']['store']>['drift']>;
type Row = readonly [name: string, rate: Figures['sevenDays']];

/** What samples of ordinary answers say about the limits of the cache, and what they do not. */
export function DriftSamples({ of: drift }: { readonly of: Figures | null }) {
  if (drift === null) return <p>The samples could not be read.</p>;
  const { sevenDays, days } = drift;
  const rows: readonly Row[] = [['seven days', sevenDays], ...days.map((day): Row => [day.day, day])];
  return (
    <section>
      <h2>A longer or a shorter limit</h2>
      <p>{verdictOf(sevenDays)}</p>
      <p class="quiet">
        A sample compares an answer of the chain with what the database would have answered. For values that sync keeps
        current the limit does not matter.
      </p>
      <DataTable
        caption="Samples"
        rows={rows}
        keyOf={([name]) => name}
        empty=""
        columns={[
          { title: 'In', cell: ([name]: Row) => name },
          { title: 'Same', cell: ([, { same }]: Row) => numberText(same), isNumber: true },
          { title: 'Another value', cell: ([, { differs }]: Row) => numberText(differs), isNumber: true },
          { title: 'None stored', cell: ([, { none }]: Row) => numberText(none), isNumber: true },
          { title: 'Share of another value', cell: ([, rate]: Row) => shareText(rate), isNumber: true },
        ]}
      />
    </section>
  );
}

const shareText = ({ rate, low, high }: Figures['sevenDays']): string =>
  rate === null ? 'no sample' : `${percentText(rate)} (${percentText(low)} to ${percentText(high)})`;

function verdictOf({ same, differs, rate, low, high }: Figures['sevenDays']): string {
  if (rate === null) return 'There is no sample of the last seven days: nothing can be said.';
  const all = numberText(same + differs);
  return `Of ${all} sampled answers of the chain in seven days, ${numberText(differs)} had another value in the database: ${percentText(rate)}, with 95 % confidence between ${percentText(low)} and ${percentText(high)}. With a limit so long that the chain had not been asked, at most so many would have been old. What a shorter limit would change cannot be read from samples: they are drawn only where the chain was asked.`;
}
