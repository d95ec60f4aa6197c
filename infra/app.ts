import { App, type AppProps } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { InvalidConfig } from '../lib/runtime/config.ts';
import { namePrefix } from '../lib/runtime/names.ts';
import { unknownVariables } from '../lib/runtime/variables.ts';
import { accountOf } from './account.ts';
import { bundle, functionsBundle } from './build.ts';
import { buildWeb, webBundle } from './build-web.ts';
import { edgeSettings } from './edge-settings.ts';
import { configOf, type DeployEnv, environmentNames, isWebAsked, settingsOf } from './environments.ts';
import { invalidConfig } from './format-error.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { MonitoringStack } from './stacks/monitoring-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { TablesStack } from './stacks/tables-stack.ts';
import { WebStack } from './stacks/web-stack.ts';

export interface LookupAppProps extends AppProps {
  /** The folder of the built functions. */
  readonly bundle: string;
  /** That of the readers as one process; left out: `dist/web`. */
  readonly web?: string;
  readonly deployEnv: DeployEnv;
  /** The account of the deployer's credentials, where there are any. */
  readonly credentials?: string | undefined;
}

/**
 * Stacks for data, service, API and monitoring in each environment, and one of tables where ASTAKE_TABLES names a later generation of
 * them; with a name at the edge, one with CloudFront, and with ASTAKE_WEB one with the readers as a web function. `-c environment=<name>` selects one environment, of any name, and
 * `-c profile=<dev, staging or production>` says what it is like. The stacks name no region, and an account only where the deployer has
 * named it: else the deployer's credentials decide. Throws InvalidConfig.
 */
export function lookupApp({ bundle: folder, web = webBundle, deployEnv, credentials, ...props }: LookupAppProps): App {
  const misspelt = unknownVariables(deployEnv);
  if (misspelt.length > 0) throw new InvalidConfig(misspelt);
  const { domain, edge } = edgeSettings(deployEnv);
  const app = new App(props);
  const selected: string | undefined = app.node.tryGetContext('environment');
  const profile: string | undefined = app.node.tryGetContext('profile');
  if (selected === undefined && domain !== undefined)
    throw new InvalidConfig(['ASTAKE_DOMAIN is for one environment: choose it with -c environment=<name>']);
  for (const environment of selected === undefined ? environmentNames : [selected]) {
    const settings = settingsOf(environment, profile);
    // Credentials that are of no use for one environment may be there for another.
    const account = accountOf(environment, deployEnv, selected === undefined ? undefined : credentials);
    const prefix = namePrefix(environment);
    const common = {
      environment,
      settings,
      tags: { project: 'astake-lookup', environment },
      terminationProtection: settings.keepsData,
      ...(account !== undefined && { env: { account } }),
    };
    const data = new DataStack(app, `${prefix}-data`, common);
    const { tables, corsOrigins } = configOf(environment, settings, deployEnv);
    const generation = tables === prefix ? data : new TablesStack(app, `${tables}-tables`, { ...common, tables });
    const code = Code.fromAsset(folder);
    const service = new ServiceStack(app, `${prefix}-service`, {
      ...common,
      code,
      deployEnv,
      streams: generation.streams,
      heads: data.heads,
    });
    service.addStackDependency(data);
    service.addStackDependency(generation);
    const api = new ApiStack(app, `${prefix}-api`, { ...common, deployEnv, domain });
    api.addStackDependency(service);
    const { apiId } = api;
    const monitoring = new MonitoringStack(app, `${prefix}-monitoring`, { ...common, deployEnv, apiId });
    monitoring.addStackDependency(api);
    if (isWebAsked(deployEnv)) {
      const readers = new WebStack(app, `${prefix}-web`, { ...common, deployEnv, bundle: web });
      readers.addStackDependency(service);
    }
    if (edge === undefined) continue;
    const hasOrigins = corsOrigins.length > 0;
    new EdgeStack(app, `${prefix}-edge`, { ...common, edge, hasOrigins }).addStackDependency(api);
  }
  return app;
}

if (import.meta.main) {
  try {
    // Each synthesis builds, so that a deployment can neither lack the code nor ship that of yesterday.
    await bundle(functionsBundle);
    if (isWebAsked(process.env)) await buildWeb();
    const credentials = process.env.CDK_DEFAULT_ACCOUNT;
    lookupApp({ bundle: functionsBundle.outdir, deployEnv: process.env, credentials }).synth();
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    console.error(invalidConfig(error.problems));
    process.exitCode = 1;
  }
}
