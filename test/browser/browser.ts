import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { type Listening, readBody, serve } from '../../infra/local/serve.ts';
import { chromium } from './find-browser.ts';

/** Without a browser on the machine its tests are skipped. */
export const describeInBrowser = chromium === undefined ? describe.skip : describe;

export interface Page {
  /** Scheme, host and port: what the browser sends as `Origin`. */
  readonly origin: string;
  /** Opens the page in a headless browser: it runs `script`, the body of an async function, and gives what that returns. */
  run(script: string): Promise<unknown>;
  /** Until the page asks for this path. */
  requested(path: string): Promise<void>;
  close(): Promise<void>;
}

interface SiteFile {
  readonly type: string;
  readonly body: string;
}

/** A site of its own, whose page can do only what a browser allows a page of another origin. `files`, by path, are on the site too. */
export async function startPage(files: Readonly<Record<string, SiteFile>> = {}): Promise<Page> {
  let script = '';
  let finish: (result: string) => void = () => {};
  const asked = new EventEmitter();
  const site: Listening = await serve(async (message, response) => {
    if (message.method === 'POST') {
      finish((await readBody(message, 1024 * 1024))?.toString() ?? '');
      return void response.writeHead(204).end();
    }
    asked.emit(message.url ?? '');
    const { type, body } = files[message.url ?? ''] ?? { type: 'text/html', body: documentOf(script) };
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  return {
    origin: site.url,
    async run(given) {
      script = given;
      const finished = new Promise<string>((resolve) => {
        finish = resolve;
      });
      const profile = mkdtempSync(join(tmpdir(), 'astake-browser-'));
      const browser = spawn(
        chromium ?? '',
        ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`, site.url],
        { stdio: 'ignore' },
      );
      const ended = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
      try {
        const result = await Promise.race([finished, ended]);
        if (typeof result !== 'string') throw new Error('the browser ended before the page was done');
        return JSON.parse(result);
      } finally {
        browser.kill('SIGKILL');
        await ended;
        rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      }
    },
    requested: async (path) => void (await once(asked, path)),
    close: () => site.close(),
  };
}

const documentOf = (
  script: string,
): string => `<!doctype html><title>a page of another origin</title><script type="module">
const run = async () => { ${script} };
const result = await run().catch((error) => ({ threw: String(error) }));
await fetch('/', { method: 'POST', body: JSON.stringify(result) });
</script>`;
