import { readCounted } from './counted.ts';
import { costPage } from './page.ts';

/** `npm run -s cost > docs/cost.md` */
process.stdout.write(costPage(readCounted()));
