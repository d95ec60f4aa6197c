import { useState } from 'preact/hooks';
import type { Schemas } from '../../../client/index.ts';
import { usePolled } from '../use-polled.ts';
import { AgeNote } from './age-note.tsx';
import { Chart } from './chart.tsx';
import { Choice } from './field.tsx';
import { durationText } from './time-text.ts';

type Section = Schemas['Chart']['section'];

interface ChartsProps {
  readonly of: readonly Section[];
  /** Only these charts of the sections. */
  readonly only?: readonly string[];
}

/** The charts of a part of the service, as `GET /v1/metrics` describes them. */
export function Charts({ of: sections, only }: ChartsProps) {
  const [minutes, setMinutes] = useState<'60' | '180' | '720' | '1440'>('60');
  const metrics = usePolled(`metrics ${minutes}`, 30_000, (client, signal) =>
    client.getMetrics({ minutes: Number(minutes) }, { signal }),
  );
  const { value } = metrics;
  const widgets =
    value?.widgets.filter(
      ({ id, section }) => sections.includes(section) && (only === undefined || only.includes(id)),
    ) ?? [];
  return (
    <section>
      <h2>Over time</h2>
      <Choice
        label="Span of time"
        value={minutes}
        onValue={setMinutes}
        options={[
          ['60', 'the last hour'],
          ['180', 'the last 3 hours'],
          ['720', 'the last 12 hours'],
          ['1440', 'the last day'],
        ]}
      />
      <AgeNote of={metrics} />
      {value !== undefined && (
        <>
          <div class="charts">
            {widgets.map((widget) => (
              <Chart key={widget.id} widget={widget} from={value.from} periodSeconds={value.periodSeconds} />
            ))}
          </div>
          <p class="quiet">
            {value.source === 'process'
              ? 'Of the process that answers, since its start.'
              : 'Of all processes, by CloudWatch: a minute or two late.'}{' '}
            Counts are those of {value.periodSeconds === 60 ? 'a minute' : durationText(value.periodSeconds)} each.
          </p>
        </>
      )}
    </section>
  );
}
