import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../environments.ts';
import { dataTables, type StreamArns } from './data-tables.ts';

export interface TablesStackProps extends StackProps {
  readonly settings: Settings;
  /** The prefix of the names of the tables. */
  readonly tables: string;
}

/**
 * A later generation of an environment's tables, as after a restore. The first one is in the data stack, with what outlives every
 * generation. A generation whose prefix is not set stays deployed as it is: nothing of it is in the app then.
 */
export class TablesStack extends Stack {
  readonly streams: StreamArns;

  constructor(scope: Construct, id: string, { settings, tables, ...props }: TablesStackProps) {
    super(scope, id, props);
    this.streams = dataTables(this, settings, tables);
  }
}
