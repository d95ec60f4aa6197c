import { RemovalPolicy } from 'aws-cdk-lib';
import type { Settings } from '../environments.ts';

/** What becomes of data and logs when they leave their stack. */
export const removalPolicyOf = ({ keepsData }: Pick<Settings, 'keepsData'>): RemovalPolicy =>
  keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
