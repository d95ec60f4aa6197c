import type { FunctionName } from '../manifest.ts';

/** A query of CloudWatch Logs Insights over the log groups of functions. */
export interface SavedQuery {
  readonly name: string;
  /** `all`: those of every function. */
  readonly functions: 'all' | readonly FunctionName[];
  readonly query: string;
}

const reading = ['get-entity', 'lookup', 'find-entities', 'refresh'] as const;

/** Where to begin when a chart or an alarm says that something is wrong. Messages and fields are those of the log. */
export const savedQueries: readonly SavedQuery[] = [
  {
    name: 'defects',
    functions: 'all',
    query: `fields @timestamp, function_name, message, error, requestId
| filter level = "ERROR" or @message like /Task timed out|signal: killed/
| sort @timestamp desc
| limit 100`,
  },
  {
    name: 'slowest reads',
    functions: reading,
    query: `filter @type = "REPORT"
| fields @timestamp, @log, @duration, @initDuration, @requestId
| sort @duration desc
| limit 50`,
  },
  {
    name: 'not saved by reason',
    functions: 'all',
    query: `filter message in ["an observation was not saved", "the store was not available"]
| stats count() as times by message, error
| sort times desc`,
  },
  {
    name: 'refused writes',
    functions: 'all',
    query: `filter message = "an observation was refused"
| fields @timestamp, ref, reason, block, requestId
| sort @timestamp desc
| limit 100`,
  },
  {
    name: 'ticks without progress',
    functions: ['sync', 'force-sync'],
    query: `filter message = "sync made no progress"
| stats count() as ticks by stoppedBy, reason
| sort ticks desc`,
  },
  {
    name: 'one request by its id',
    functions: 'all',
    query: `fields @timestamp, level, message, @message
| filter requestId = "put the id here"
| sort @timestamp asc`,
  },
];
