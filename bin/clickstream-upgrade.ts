import { App } from 'aws-cdk-lib';
import { UpgradeStack } from '../lib/upgrade-stack';

/**
 * The CDK app. Context it reads (`cdk deploy -c name=value`):
 * - `stackName`: name of the stack, and of the state machine; default `ClickstreamUpgrade`
 * - `account`, `region`: where it will be deployed; without them the template fits every account, region and partition
 * - `dataApiRoles`: ARNs, comma-separated or a JSON list, of Data API roles whose names do not follow the solution's
 */
const app = new App();
const account = textContext('account');
const region = textContext('region');

new UpgradeStack(app, 'ClickstreamUpgrade', {
  stackName: textContext('stackName') ?? 'ClickstreamUpgrade',
  description: 'Upgrades a Clickstream Analytics on AWS deployment and migrates its Redshift data',
  env: { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) },
  dataApiRoles: listContext('dataApiRoles'),
});

function textContext(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new Error(`Context ${name} must be text, not ${JSON.stringify(value)}`);
  return value;
}

function listContext(name: string): string[] {
  const value: unknown = app.node.tryGetContext(name);
  if (value === undefined || value === '') return [];
  const list: unknown = typeof value === 'string' && !value.startsWith('[') ? value.split(',') : parsed(value);
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
    throw new Error(`Context ${name} must be a list of texts, not ${JSON.stringify(value)}`);
  }
  return list.map((item: string) => item.trim());
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
}
