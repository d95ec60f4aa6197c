import { existsSync } from 'node:fs';

/** A browser is no package of this project: undefined where there is none on the machine. */
export const chromium = [
  process.env.CHROMIUM_BIN ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));
