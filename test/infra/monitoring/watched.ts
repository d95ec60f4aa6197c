import type { Watched } from '../../../infra/monitoring/figure.ts';

export const watched: Watched = {
  environment: 'production',
  tables: 'astake-lookup-production',
  nodes: ['one', 'two'],
  apiId: 'an-api',
  monthlyDollars: 1_500,
  machineArn: (name) => `arn:aws:states:eu-central-1:1:stateMachine:${name}`,
};
