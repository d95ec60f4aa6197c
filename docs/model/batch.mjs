/** Sync takes several blocks at once: which of them must the mark be? Rule: FOLLOW-1. */
import { allRules, race } from './race.mjs';
import { report } from './search.mjs';

const batches = { ...allRules, batches: true };

report('the mark is the last block of the batch', race(batches));
report('the mark is the first block of the batch (FOLLOW-1)', race({ ...batches, markIsLast: false }));
