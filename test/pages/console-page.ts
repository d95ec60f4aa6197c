import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';
import { chromium } from '../browser/browser.ts';

export const launch = (): Promise<Browser> =>
  playwright.launch({ executablePath: chromium ?? '', args: ['--no-sandbox', '--disable-gpu'] });

/** A tab with the console, not signed in yet. */
export interface ConsolePage {
  readonly page: Page;
  /** Origins that were asked apart from that of the service. */
  readonly foreign: readonly string[];
  /** What the browser has complained about. */
  readonly complaints: readonly string[];
}

export async function openConsole(
  browser: Browser,
  url: string,
  { hash = '', ...options }: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({ viewport: { width: 1_200, height: 900 }, ...options });
  const page = await context.newPage();
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== url) foreign.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  await page.goto(`${url}/console${hash}`);
  return { page, foreign, complaints };
}

export async function signIn(page: Page, credential: string): Promise<void> {
  await page.getByLabel('API key or token').fill(credential);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Until the view has what it asks for: no part of it waits for its first answer. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor();
  const waiting = page.getByText('Asking the service …');
  while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: 'hidden' });
}

/** The violations that axe finds, by rule and place. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as axe.AxeResults;
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  );
}
