/** Four natural short cuts, each of which makes a claim false. Rules: SAVE-1, FOLLOW-5. */
import { allRules, race } from './race.mjs';
import { report } from './search.mjs';

const without = (rule) => race({ ...allRules, [rule]: false });

report('no entry is put where the record is newer (FOLLOW-5)', without('putsEntryOfNewerRecord'));
report('an entry is put only where there is one (FOLLOW-5)', without('putsFirstEntry'));
report('a reader goes on without its watches (SAVE-1)', without('stopsWithoutWatches'));
report('sync refreshes only where there is a record (FOLLOW-5)', without('makesRecords'));
