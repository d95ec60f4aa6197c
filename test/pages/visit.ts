import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';
import { chromium } from '../browser/find-browser.ts';

export const startChromium = (): Promise<Browser> =>
  playwright.launch({ executablePath: chromium ?? '', args: ['--no-sandbox', '--disable-gpu'] });

/** Widths and colours that people see the pages in. */
export const views = [1_200, 400].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport: { width, height: 900 }, colorScheme })),
);

export interface Visit {
  readonly page: Page;
  /** What was asked of other hosts, and what the browser has complained about: scripts, styles and requests that the policy blocks. */
  readonly faults: readonly string[];
}

/** A tab of its own with a page of the service. `prepare` is called before the page is loaded. */
export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  const { origin } = new URL(address);
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== 'data:' && asked.origin !== origin) faults.push(`asked ${asked}`);
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // That an answer is a refusal is no fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  await prepare(page);
  await page.goto(address);
  return { page, faults };
}

/** What axe finds, by rule and place; and that a page is wider than its window. */
export async function accessFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document)')) as axe.AxeResults;
  const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return [
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    ),
    ...(isTooWide ? ['the page is wider than the window'] : []),
  ];
}
