import { alarmsOf } from '../../infra/monitoring/alarms.ts';
import { standing } from '../infra/monitoring/evaluate.ts';
import { type Shade, text } from './draw-chart.ts';
import type { RecordedRun } from './record-run.ts';

const minuteMs = 60_000;

/** The alarms that stood in the run, by the minute, as CloudWatch would evaluate them. */
export function alarmStrip({ watched, figures, from, until }: RecordedRun, shades: readonly Shade[]): string {
  const alarms = alarmsOf(watched);
  const points = figures.points();
  const stood = new Map<string, number[]>();
  const minutes = Math.round((until - from) / minuteMs);
  for (let minute = 1; minute <= minutes; minute += 1) {
    for (const id of standing(alarms, { points, now: from + minute * minuteMs, since: from }))
      stood.set(id, [...(stood.get(id) ?? []), minute]);
  }
  const bands = shades.map((shade) => `<span class="fault" style="${place(shade.from, shade.until)}"></span>`).join('');
  const lines = alarms
    .filter(({ id }) => stood.has(id))
    .map(({ id, level }) => {
      const bars = (stood.get(id) ?? []).map(
        (minute) => `<span class="${level}" style="${place((minute - 1) / minutes, minute / minutes)}"></span>`,
      );
      const shown = watched.nodes.reduce((name, node, at) => name.replace(node, `node-${at + 1}`), id);
      return `<dt>${text(shown)}</dt><dd>${bands}${bars.join('')}</dd>`;
    });
  return `<figure class="alarms"><figcaption>Alarms that stood <i><b class="page">■</b> page <b class="ticket">■</b> ticket</i></figcaption><dl>${lines.join('')}</dl></figure>`;
}

const place = (from: number, until: number): string =>
  `left:${(100 * from).toFixed(2)}%;width:${(100 * (until - from)).toFixed(2)}%`;
