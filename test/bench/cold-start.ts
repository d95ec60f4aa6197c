import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { functionsBundle, staticInputs } from '../../infra/build.ts';
import { lambdaEnvironment } from './lambda-process.ts';
import type { Row } from './row.ts';
import { staticBytes } from './static-outputs.ts';
import { median, ratios } from './statistics.ts';

const run = promisify(execFile);
const rounds = 15;
const goal = 1.5;

interface Loaded {
  readonly cpu: number;
  readonly wall: number;
}

/** Imports a built handler in a new process; resolves with the time in milliseconds. */
async function load(file: string): Promise<Loaded> {
  const script = `
    const cpu = process.cpuUsage(), started = performance.now();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ cpu: (user + system) / 1000, wall: performance.now() - started }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    env: lambdaEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' }),
  });
  return JSON.parse(stdout) as Loaded;
}

export async function coldStart(metafile: Metafile, bareFile: string, bareMeta: Metafile): Promise<Row[]> {
  const ours: Loaded[] = [];
  const bare: Loaded[] = [];
  const files = { ours: join(functionsBundle.outdir, 'get-entity.mjs'), bare: bareFile };
  await load(files.ours);
  await load(files.bare);
  for (let round = 0; round < rounds; round += 1) {
    const measures = [
      async () => void ours.push(await load(files.ours)),
      async () => void bare.push(await load(files.bare)),
    ];
    for (const measure of round % 2 === 0 ? measures : measures.toReversed()) await measure();
  }
  const timed = (counts: 'CPU' | 'wall time', of: (loaded: Loaded) => number): Row => {
    const { ratio, detail } = ratios(ours.map(of), bare.map(of));
    return {
      bench: 'cold start: loading get-entity over a bare handler',
      counts,
      figure: `${median(ours.map(of)).toFixed(1)} ms`,
      against: `${median(bare.map(of)).toFixed(1)} ms`,
      ratio,
      detail,
      goal: `<= ${goal}`,
      met: ratio <= goal,
    };
  };
  const kilobytes = [staticBytes(metafile, 'get-entity') / 1024, staticBytes(bareMeta, 'bare') / 1024] as const;
  const sdk = staticInputs(metafile, 'get-entity').filter((input) => input.includes('node_modules/casper-js-sdk/'));
  return [
    timed('CPU', ({ cpu }) => cpu),
    timed('wall time', ({ wall }) => wall),
    {
      bench: 'cold start: chunks loaded by get-entity over a bare handler',
      counts: 'KB',
      figure: kilobytes[0].toFixed(0),
      against: kilobytes[1].toFixed(0),
      ratio: kilobytes[0] / kilobytes[1],
    },
    {
      bench: 'cold start: modules of casper-js-sdk in those chunks',
      counts: 'modules',
      figure: String(sdk.length),
      against: '',
      goal: '0',
      met: sdk.length === 0,
    },
  ];
}
