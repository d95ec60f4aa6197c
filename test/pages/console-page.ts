import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Visit, visit } from './visit.ts';

/** A tab with the console, not signed in yet. */
export const openConsole = (
  browser: Browser,
  url: string,
  { hash = '', ...options }: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<Visit> => visit(browser, `${url}/console${hash}`, { viewport: { width: 1_200, height: 900 }, ...options });

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
