import { App, type Environment } from 'aws-cdk-lib';
import { deploymentOptions } from '../lib/deployment-options';
import { ForwardingStack } from '../lib/trigger/forwarding-stack';
import { UDF_STACK, udfName } from '../lib/udf/names';
import { UdfStack } from '../lib/udf/udf-stack';
import { UpgradeStack } from '../lib/upgrade-stack';

/**
 * The CDK app. Context it reads (`cdk deploy -c name=value`), beside the options of `lib/deployment-options.ts`:
 * - `stackName`: name of the stack, and of the state machine; default `ClickstreamUpgrade`
 * - `account`, `region`: where it will be deployed; without them the template fits every account, region and partition
 */
const app = new App();
const [account, region] = [textContext('account'), textContext('region')];
const stackName = textContext('stackName') ?? 'ClickstreamUpgrade';
const inAccount = account === undefined ? {} : { account };
const options = deploymentOptions(app.node);
const mainEnvironment = { ...inAccount, ...(region === undefined ? {} : { region }) };

new UpgradeStack(app, 'ClickstreamUpgrade', {
  stackName,
  description: 'Upgrades a Clickstream Analytics on AWS deployment and migrates its Redshift data',
  env: mainEnvironment,
  options,
});
for (const pipelineRegion of region === undefined ? [] : options.pipelineRegions) {
  new ForwardingStack(app, `ClickstreamUpgrade-${pipelineRegion}`, {
    stackName: `${stackName}-events`,
    description: `Tells ${region ?? ''} of updates of Clickstream Analytics pipelines`,
    env: { ...inAccount, region: pipelineRegion },
    mainRegion: region ?? '',
  });
}
udfStack(UDF_STACK, mainEnvironment);
for (const udfRegion of options.udfRegions) {
  udfStack(`${UDF_STACK}-${udfRegion}`, { ...inAccount, region: udfRegion });
}

/** Under one name in every region, so that the upgrade finds it wherever a pipeline is. */
function udfStack(id: string, env: Environment): void {
  new UdfStack(app, id, {
    stackName: udfName(stackName),
    description: 'Answers Redshift for the Python UDFs of Clickstream Analytics on AWS',
    env,
    mainStack: stackName,
  });
}

function textContext(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new Error(`Context ${name} must be text, not ${JSON.stringify(value)}`);
  return value;
}
