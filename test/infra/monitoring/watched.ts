import type { Watched } from '../../../infra/monitoring/figure.ts';

export const watched: Watched = {
  environment: 'production',
  tables: 'astake-lookup-production',
  nodes: ['one', 'two'],
  apiId: 'an-api',
  machineArn: (name) => `arn:aws:states:eu-central-1:1:stateMachine:${name}`,
};
