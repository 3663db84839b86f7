import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UpgradeStack, type UpgradeStackProps } from '../../lib/upgrade-stack';
import type { Deployment } from '../../rehearsal/template/deployment';
import { deploymentOf } from '../../rehearsal/template/template';
import type { RawTemplate } from '../../rehearsal/template/intrinsics';

const cdkJson = JSON.parse(readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** The app with cdk.json's flags; assets are not bundled, which takes a second instead of twenty. */
export function upgradeApp(context: Record<string, unknown> = {}): App {
  return new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [], ...context } });
}

/** The stack as the app makes it. */
export function upgradeStack(app: App = upgradeApp(), props: UpgradeStackProps = {}): Stack {
  return new UpgradeStack(app, 'ClickstreamUpgrade', props);
}

/** The synthesised template. */
export function synthesised(props: UpgradeStackProps = {}): RawTemplate {
  return Template.fromStack(upgradeStack(upgradeApp(), props)).toJSON() as RawTemplate;
}

export const PLACES = {
  aws: { partition: 'aws', region: 'eu-west-1', accountId: '111122223333', stackName: 'ClickstreamUpgrade' },
  'aws-cn': { partition: 'aws-cn', region: 'cn-north-1', accountId: '111122223333', stackName: 'ClickstreamUpgrade' },
} as const;

/** The template with its intrinsic functions worked out, as if it were deployed in a partition. */
export function deployed(partition: keyof typeof PLACES, template: RawTemplate = synthesised()): Deployment {
  return deploymentOf({ template, assetDirectory: () => '/none' }, PLACES[partition]);
}
