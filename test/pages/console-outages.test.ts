import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { overviewEveryMs } from '../../lib/pages/console/views/overview-period.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { asOperator } from '../support/local.ts';
import { outageNames, type StagedOutages, stageOutages } from '../support/outages.ts';
import { openConsole, settled, signIn } from './console-page.ts';
import { startChromium } from './visit.ts';

test('an outage is asked for in less than ten seconds, by an overview that is open', () => {
  expect(overviewEveryMs).toBeLessThan(10_000);
});

describeInBrowser('the overview, open all the time', () => {
  let staged: StagedOutages;
  let browser: Browser;
  let page: Page;
  let loads = 0;

  beforeAll(async () => {
    await buildPages(localPages);
    staged = await stageOutages();
    browser = await startChromium();
    ({ page } = await openConsole(browser, staged.local.url, { hash: '#/overview' }));
    await signIn(page, asOperator.authorization.slice('Bearer '.length));
    await settled(page);
    page.on('load', () => {
      loads += 1;
    });
  });
  afterAll(async () => {
    await browser?.close();
    await staged?.close();
  });

  test.each(outageNames)('%s: it names the cause and what to do, until it is healed', async (name) => {
    const { stage, heal, part, cause, remedy, view } = staged.outage(name);
    const problem = page
      .locator('.problems > li')
      .filter({ has: page.locator('strong', { hasText: new RegExp(`^${part}$`) }) })
      .filter({ hasText: cause })
      .filter({ hasText: remedy });
    expect(await problem.count()).toBe(0);
    await stage();
    await problem.first().waitFor();
    const text = await problem.first().innerText();
    expect(text).toMatch(/^(down|degraded) /);
    expect(text).toMatch(/(Do this first|What to do): \S/);
    if (view !== undefined)
      expect(
        await problem
          .first()
          .getByRole('link', { name: `Open ${view}` })
          .getAttribute('href'),
      ).toBe(`#/${view}`);
    await heal();
    await problem.first().waitFor({ state: 'detached' });
    expect(loads).toBe(0);
  });
});
