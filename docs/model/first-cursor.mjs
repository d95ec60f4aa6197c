/** Where the cursor begins: sync starts at the tip and has scanned no block before it. Rules: CLAIM-2, FOLLOW-7. */
import { allRules, race } from './race.mjs';
import { report } from './search.mjs';

const atTip = { ...allRules, startsAtTip: true };

report('sync starts at the tip, with followedFrom', race(atTip));
report('sync starts at the tip, without followedFrom (CLAIM-2)', race({ ...atTip, followedFrom: false }));
