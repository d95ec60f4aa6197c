/**
 * List prices in dollars, us-east-1, on demand, without free tiers and discounts. They are of AWS's price pages, as cited by public
 * documents of 2026; nothing was read from an account. A price that has changed is changed here, and the page made again.
 */
export const prices = {
  httpApi: { perMillion: 1.0, aboveMillions: 300, thenPerMillion: 0.9, source: 'API Gateway, HTTP APIs' },
  lambda: { perMillionRequests: 0.2, perGbSecond: 0.0000133334, source: 'Lambda, arm64, first tier' },
  dynamo: { perMillionReads: 0.125, perMillionWrites: 0.625, source: 'DynamoDB on demand, standard class' },
  storage: { perGbMonth: 0.25, restorablePerGbMonth: 0.2, source: 'DynamoDB storage; point-in-time recovery' },
  logs: { perGb: 0.5, infrequentPerGb: 0.25, source: 'CloudWatch Logs, collected data; infrequent access class' },
  xray: { perMillionTraces: 5.0, source: 'X-Ray, traces recorded' },
  metrics: {
    perMetricMonth: 0.3,
    perAlarmMetricMonth: 0.1,
    perCompositeMonth: 0.5,
    perDashboardMonth: 3,
    perInsightRuleMonth: 0.5,
    source: 'CloudWatch',
  },
  states: {
    perMillionExpress: 1.0,
    perExpressGbSecond: 0.00001667,
    perThousandTransitions: 0.025,
    source: 'Step Functions',
  },
  events: { perMillion: 1.0, archivePerGb: 0.1, source: 'EventBridge, custom events; archive' },
  kms: { perKeyMonth: 1, source: 'KMS' },
  transfer: { perGb: 0.09, source: 'data transfer to the internet, first 10 TB' },
} as const;
