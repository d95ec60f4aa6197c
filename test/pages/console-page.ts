import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { asOperator } from '../support/local.ts';
import { type Visit, visit } from './visit.ts';

/** The credential of a local run's operator. */
export const operatorKey = asOperator.authorization.slice('Bearer '.length);

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

/** A tab with a view of the console, signed in. */
export async function openView(browser: Browser, url: string, hash: string, credential = operatorKey): Promise<Page> {
  const { page } = await openConsole(browser, url, { hash });
  await signIn(page, credential);
  await settled(page);
  return page;
}

/** Until the view has what it asks for: no part of it waits for its first answer. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor();
  const waiting = page.getByText('Asking the service …');
  while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: 'hidden' });
}

/** The text of what has the focus. */
export const focused = (page: Page) => page.evaluate('document.activeElement?.innerText ?? ""');

/** Presses Tab until the focus is on an element with this name. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const isThere = `((one) => one?.innerText?.trim() === ${JSON.stringify(name)} || one?.labels?.[0]?.innerText.trim() === ${JSON.stringify(name)})(document.activeElement)`;
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate(isThere)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not come to ${name}`);
}

/** Presses the button of this name by the keyboard, and again in the dialog that asks. */
export async function confirmByKeyboard(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}
