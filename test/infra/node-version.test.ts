import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const guard = join(import.meta.dirname, '../../infra/node-version.cjs');

/** The exit status and the error output of a program that requires the guard, on a Node that says it is of this version. */
function runOn(version: string) {
  const script = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('${guard}');`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return { status, lines: stderr.split('\n').filter(Boolean) };
}

test.each(['18.20.1', '20.19.0', '22.18.0', '24.0.0', '24.1.9'])(
  'Node %s is refused in one line that says what to do',
  (version) => {
    const { status, lines } = runOn(version);
    expect({ status, count: lines.length }).toEqual({ status: 1, count: 1 });
    expect(lines[0]).toContain(`Node ${version} is too old`);
    expect(lines[0]).toContain('put Node 24.2 or later on the PATH');
  },
);

test.each(['24.2.0', '24.21.0', '26.0.0'])('Node %s is taken', (version) => {
  expect(runOn(version)).toEqual({ status: 0, lines: [] });
});
