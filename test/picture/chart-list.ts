import type { Watched } from '../../infra/monitoring/figure.ts';
import { dashboardRows } from '../../infra/monitoring/rows.ts';

/** The rows of the dashboard and their charts, as text: what a picture of it shows. */
export const chartList = (watched: Watched): string =>
  dashboardRows(watched)
    .map(
      ({ name, widgets, charts }) =>
        `${[name, ...[...widgets, ...charts].map(({ title }) => `- ${title}`)].join('\n')}\n`,
    )
    .join('\n');
