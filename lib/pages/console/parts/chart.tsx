import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { type ChartWidget, crossings, describeChart, figuresOf, figureText, plotData } from './chart-figures.ts';
import { chartOptions, seriesColour } from './chart-options.ts';
import { DataTable } from './table.tsx';

interface ChartProps {
  readonly widget: ChartWidget;
  readonly from: string;
  readonly periodSeconds: number;
}

/** One chart with its legend, what its thresholds say, and its figures as a table. */
export function Chart({ widget, from, periodSeconds }: ChartProps) {
  const figures = widget.series.map(figuresOf);
  const isEmpty = figures.every(({ last }) => last === null);
  return (
    <figure class="chart">
      <figcaption>{widget.title}</figcaption>
      {isEmpty ? (
        <p class="quiet">There are no figures yet.</p>
      ) : (
        <Canvas widget={widget} from={from} periodSeconds={periodSeconds} />
      )}
      {crossings(widget).map((text) => (
        <p key={text} class="crossing">
          {text}
        </p>
      ))}
      <ul class="legend">
        {figures.map(({ label, last }, at) => (
          <li key={label}>
            <span class="swatch" style={{ background: `var(${seriesColour(at)})` }} /> {label}{' '}
            <strong>{figureText(last, widget.unit)}</strong>
          </li>
        ))}
      </ul>
      <details>
        <summary>Figures of {widget.title}</summary>
        <DataTable
          caption={widget.title}
          hidesCaption
          rows={figures}
          keyOf={({ label }) => label}
          empty="There is no series."
          columns={[
            { title: 'Series', cell: ({ label }) => label },
            { title: 'Last', cell: ({ last }) => figureText(last, widget.unit), isNumber: true },
            { title: 'Lowest', cell: ({ lowest }) => figureText(lowest, widget.unit), isNumber: true },
            { title: 'Highest', cell: ({ highest }) => figureText(highest, widget.unit), isNumber: true },
          ]}
        />
      </details>
    </figure>
  );
}

function Canvas({ widget, from, periodSeconds }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const isDark = useDark();
  const shape = JSON.stringify([isDark, widget.series.map(({ label }) => label), widget.thresholds]);
  const newest = useRef({ widget, from, periodSeconds });
  newest.current = { widget, from, periodSeconds };
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const styles = getComputedStyle(element);
    const { widget, from, periodSeconds } = newest.current;
    const options = chartOptions(widget, element.clientWidth, (name) => styles.getPropertyValue(name).trim());
    const made = new uPlot(options, plotData(widget, from, periodSeconds), element);
    plot.current = made;
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: options.height }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.destroy();
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(plotData(widget, from, periodSeconds)), [widget, from, periodSeconds]);
  return <div ref={place} class="canvas" role="img" aria-label={describeChart(widget)} />;
}

function useDark(): boolean {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return isDark;
}
