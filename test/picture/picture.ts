import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '../browser/find-browser.ts';
import { chartList } from './chart-list.ts';
import { drawDashboard } from './draw-dashboard.ts';
import { recordRun } from './record-run.ts';
import { savePicture } from './save-picture.ts';

const docs = join(import.meta.dirname, '../../docs');

if (chromium === undefined) {
  console.log('The picture is not drawn: no Chromium is here; set CHROMIUM_BIN.');
} else {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  console.log('Three hours of a local run are recorded; this takes some minutes.');
  const run = await recordRun();
  await savePicture(drawDashboard(run), chromium, join(docs, 'dashboard.png'));
  writeFileSync(join(docs, 'dashboard.txt'), chartList(run.watched));
  console.log('docs/dashboard.png is drawn; docs/dashboard.txt names its charts.');
}
// Connections of the run are left open.
process.exit(0);
