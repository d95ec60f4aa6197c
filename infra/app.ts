import { App, type AppProps } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { InvalidConfig } from '../lib/runtime/config.ts';
import { namePrefix } from '../lib/runtime/names.ts';
import { unknownVariables } from '../lib/runtime/variables.ts';
import { bundle, functionsBundle } from './build.ts';
import { edgeSettings } from './edge-settings.ts';
import { configOf, type DeployEnv, environmentNames, isEnvironment } from './environments.ts';
import { invalidConfig } from './format-error.ts';
import { DataStack } from './stacks/data-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { MonitoringStack } from './stacks/monitoring-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { TablesStack } from './stacks/tables-stack.ts';

export interface LookupAppProps extends AppProps {
  /** The folder of the built functions. */
  readonly bundle: string;
  readonly deployEnv: DeployEnv;
}

/**
 * A data stack, a service stack and a monitoring stack for each environment, and a stack of tables where ASTAKE_TABLES names a later generation of
 * them; with a name at the edge, a stack with CloudFront. `-c environment=dev` selects one environment. The stacks name no account and no region: the deployer's credentials decide.
 */
export function lookupApp({ bundle: folder, deployEnv, ...props }: LookupAppProps): App {
  const misspelt = unknownVariables(deployEnv);
  if (misspelt.length > 0) throw new InvalidConfig(misspelt);
  const { domain, edge } = edgeSettings(deployEnv);
  const app = new App(props);
  const selected: unknown = app.node.tryGetContext('environment');
  for (const environment of selected === undefined ? environmentNames : [environmentOf(selected)]) {
    const prefix = namePrefix(environment);
    const tags = { project: 'astake-lookup', environment };
    const data = new DataStack(app, `${prefix}-data`, { environment, tags });
    const { tables, corsOrigins } = configOf(environment, deployEnv);
    const generation =
      tables === prefix ? data : new TablesStack(app, `${tables}-tables`, { environment, tables, tags });
    const code = Code.fromAsset(folder);
    const service = new ServiceStack(app, `${prefix}-service`, {
      environment,
      code,
      deployEnv,
      streams: generation.streams,
      heads: data.heads,
      domain,
      tags,
    });
    service.addStackDependency(data);
    service.addStackDependency(generation);
    const { apiId } = service;
    const monitoring = new MonitoringStack(app, `${prefix}-monitoring`, { environment, deployEnv, apiId, tags });
    monitoring.addStackDependency(service);
    if (edge === undefined) continue;
    const hasOrigins = corsOrigins.length > 0;
    new EdgeStack(app, `${prefix}-edge`, { environment, edge, hasOrigins, tags }).addStackDependency(service);
  }
  return app;
}

function environmentOf(name: unknown) {
  if (typeof name === 'string' && isEnvironment(name)) return name;
  throw new Error(`Unknown environment "${name}"; known environments: ${environmentNames.join(', ')}`);
}

if (import.meta.main) {
  try {
    // Each synthesis builds, so that a deployment can neither lack the code nor ship that of yesterday.
    await bundle(functionsBundle);
    lookupApp({ bundle: functionsBundle.outdir, deployEnv: process.env }).synth();
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    console.error(invalidConfig(error.problems));
    process.exitCode = 1;
  }
}
