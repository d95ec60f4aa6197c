/**
 * Readers against sync. With all rules nothing untrue is claimed; each variant leaves out one rule.
 * Rules: CLAIM-1, SAVE-2, SAVE-3, SAVE-4, SAVE-7, FOLLOW-1, FOLLOW-6.
 */
import { allRules, race } from './race.mjs';
import { report } from './search.mjs';

const without = (rule) => race({ ...allRules, [rule]: false });

report('all rules', race(allRules));
report('no mark (SAVE-2, FOLLOW-1)', without('mark'));
report('no conditions on the height (SAVE-3, SAVE-4)', without('conditions'));
report('the cursor moves first (FOLLOW-6)', without('cursorLast'));
report('sync deletes the cache entry (SAVE-7)', without('putsEntry'));
report('the client reads the entry before the cursor (CLAIM-1)', without('cursorFirst'));
