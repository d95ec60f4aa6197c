import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { streams } from '../../../infra/manifest.ts';
import type { AlarmDescription } from '../../../infra/monitoring/alarm.ts';
import { alarmsOf, compositesOf } from '../../../infra/monitoring/alarms.ts';
import { tableNames } from '../../../lib/store/tables.ts';
import { watched } from './watched.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
const generic = { ...watched, nodes: ['<node>', 'another'] };

const routeIds = alarmsOf(generic)
  .map(({ id }) => /^slow-(.+)$/.exec(id)?.[1])
  .filter((id) => id !== undefined);

/** Alarms of one form for many things are one row. */
function rowOf({ id, means, level, runbook: anchor, always }: AlarmDescription): string {
  const [first = ''] = tableNames;
  const [{ function: stream } = { function: '' }] = streams;
  const text = `| \`${id}\` | ${means} | ${level}${always ? ', dev' : ''} | [what to do](#${anchor}) |`;
  return text
    .replace(`store-throttled-${first}`, 'store-throttled-<table>')
    .replace(`table ${first} `, 'table `<table>` ')
    .replace(new RegExp(`(stream-(?:late|lost)-)${stream}`), '$1<function>')
    .replace(`| ${stream} is`, '| `<function>` is')
    .replace(new RegExp(`slow-${routeIds[0]}`), 'slow-<route>')
    .replace(/of GET \S+ takes/, 'of `<route>` takes')
    .replace('functions-fail-1', 'functions-fail-<n>')
    .replace(/ One of [\w, -]+\./, '')
    .replace('node <node>', 'node `<node>`');
}

/** Of alarms of one form the first. */
const isFirst = ({ id }: AlarmDescription): boolean =>
  !id.endsWith('-another') &&
  !tableNames.slice(1).some((name) => id === `store-throttled-${name}`) &&
  !streams.slice(1).some((stream) => id.endsWith(`-${stream.function}`)) &&
  !routeIds.slice(1).some((route) => id === `slow-${route}`) &&
  !/^functions-fail-(?!1$)/.test(id);

test('the runbook has a row for each alarm', () => {
  const rows = alarmsOf(generic).filter(isFirst).map(rowOf);
  const composites = compositesOf(generic).map(
    ({ id, means, level, runbook: anchor }) => `| \`${id}\` | ${means} | ${level} | [what to do](#${anchor}) |`,
  );
  const wanted = ['| alarm | while it stands | level | |', '|---|---|---|---|', ...composites, ...rows].join('\n');
  const [, table] = /\n(\| alarm \| while it stands[\s\S]*?)\n\n/.exec(runbook) ?? [];
  expect(table).toBe(wanted);
});

test('each alarm names a paragraph of the runbook', () => {
  const anchors = new Set(
    [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
  const named = [...alarmsOf(watched), ...compositesOf(watched)].map((alarm) => alarm.runbook);
  expect(named.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});
