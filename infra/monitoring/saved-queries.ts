import type { FunctionName } from '../manifest.ts';

/** A query of CloudWatch Logs Insights. */
export interface SavedQuery {
  readonly name: string;
  /** `all`: those of every function; `access`: that of the API, with a line for each request. */
  readonly logs: 'all' | 'access' | readonly FunctionName[];
  readonly query: string;
}

/** Where to begin when a chart or an alarm says that something is wrong. Messages and fields are those of the log. */
export const savedQueries: readonly SavedQuery[] = [
  {
    name: 'defects',
    logs: 'all',
    query: `fields @timestamp, function_name, message, error, requestId
| filter level = "ERROR" or @message like /Task timed out|signal: killed/
| sort @timestamp desc
| limit 100`,
  },
  {
    // The access log, since the log of a function in production has no line of a request that went well. One route waits where it is asked to.
    name: 'slowest requests',
    logs: 'access',
    query: `filter routeKey != "GET /v1/transactions/{hash}"
| fields @timestamp, routeKey, status, responseLatency * 1 as milliseconds, requestId
| sort milliseconds desc
| limit 50`,
  },
  {
    name: 'not saved by reason',
    logs: 'all',
    query: `filter message in ["an observation was not saved", "the store was not available"]
| stats count() as times by message, error
| sort times desc`,
  },
  {
    name: 'refused writes',
    logs: 'all',
    query: `filter message = "an observation was refused"
| fields @timestamp, ref, reason, block, requestId
| sort @timestamp desc
| limit 100`,
  },
  {
    name: 'ticks without progress',
    logs: ['sync', 'force-sync'],
    query: `filter message = "sync made no progress"
| stats count() as ticks by stoppedBy, reason
| sort ticks desc`,
  },
  {
    name: 'one request by its id',
    logs: 'all',
    query: `fields @timestamp, level, message, @message
| filter requestId = "put the id here"
| sort @timestamp asc`,
  },
];
