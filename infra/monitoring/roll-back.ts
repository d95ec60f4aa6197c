import { failureAlarms } from './alarms/of-readers.ts';

/**
 * The alarms that end a gradual deployment and take it back: by their ids, one list for all functions. They share one bundle, and what is
 * at once everywhere, such as sync, is watched while the others still move. CodeDeploy takes ten.
 */
export const rollBackAlarms: readonly string[] = [
  'unavailable',
  'defects',
  'missed',
  'conflict-burst',
  ...failureAlarms.map(({ id }) => id),
];
