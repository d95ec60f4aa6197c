/**
 * The pages for people, by path: the folder of each under `lib/pages`. They are static, and no part of the OpenAPI document; the scripts
 * on them use the API like every other caller.
 */
export const pages = { '/': 'home', '/docs': 'docs', '/console': 'console' } as const;

/** The path of the pages' scripts and styles. Each name has a digest of its content, so that a browser may keep it for ever. */
const pageFilePath = '/pages/{file}';

/** Rule ACCESS-29: the report of a run by a link that is good once. */
const reportPagePath = '/reports/{id}/{link}';

export const pageRoutes = [
  ...[...Object.keys(pages), pageFilePath].map((path) => ({ method: 'GET', path, function: 'get-page' }) as const),
  { method: 'GET', path: reportPagePath, function: 'open-report' },
] as const;
