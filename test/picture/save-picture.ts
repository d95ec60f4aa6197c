import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { indexedPng } from './indexed-png.ts';

const width = 1_200;
const colours = 64;

/** Draws a page in a headless browser into a file (PNG), as high as the page is. */
export async function savePicture(html: string, executablePath: string, file: string): Promise<void> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    await page.setContent(html);
    const png = (await page.screenshot({ fullPage: true })).toString('base64');
    // The browser itself reads the pixels of its picture.
    const read = (await page.evaluate(`(${pixelsOf})(${JSON.stringify(png)})`)) as { height: number; pixels: string };
    const rgba = Buffer.from(read.pixels, 'base64');
    writeFileSync(file, indexedPng({ width, height: read.height, rgba }, colours));
  } finally {
    await browser.close();
  }
}

const pixelsOf = `async (png) => {
  const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(new Blob([data]));
  });
  return { height: bitmap.height, pixels: url.slice(url.indexOf(',') + 1) };
}`;
