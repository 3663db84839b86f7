import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ForwardingStack } from '../../lib/trigger/forwarding-stack';
import { UdfStack } from '../../lib/udf/udf-stack';
import type { RawTemplate } from '../../rehearsal/template/intrinsics';
import { upgradeApp, upgradeStack } from '../support/synth';
import { findCycle } from '../support/template-graph';

interface Report {
  pluginReports: {
    pluginName?: string;
    conclusion?: string;
    violations: { ruleName: string; description?: string }[];
  }[];
}

// Everywhere else in the tests this validation is left out (jest.config.cjs).
process.env['CDK_VALIDATION'] = 'true';

/** Synthesises to a directory and gives the violations that the validators reported there. */
function violations(app: ReturnType<typeof upgradeApp>): string[] {
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations: found }) =>
    found.map(({ ruleName, description }) => `${ruleName}: ${description ?? ''}`),
  );
}

describe('The template', () => {
  test('passes the validation of CloudFormation templates, whose findings are errors', () => {
    const app = upgradeApp();
    expect(app.node.tryGetContext('@aws-cdk/core:validateAgainstDefaultRules')).toBe(true);
    upgradeStack(app);
    expect(violations(app)).toEqual([]);
  });

  test('is found not to pass with a property that its resource does not have', () => {
    const app = upgradeApp();
    const topic = { type: 'AWS::SNS::Topic', properties: { TopicNam: 'misspelt' } };
    new CfnResource(upgradeStack(app), 'Misspelt', topic);
    expect(() => app.synth()).toThrow(/'TopicNam' was unexpected/);
  });

  test('passes cdk-nag: every finding is mended or acknowledged with its reason', () => {
    const app = upgradeApp();
    upgradeStack(app);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(violations(app)).toEqual([]);
  });
});

describe('The stack with a trigger, and one that forwards to it', () => {
  const trigger = { consoleStack: 'clickstream-console', pipelines: 'all', input: {} } as const;

  test('pass the validation of templates and cdk-nag, without a circle', () => {
    const app = upgradeApp();
    const stack = upgradeStack(app, { options: { trigger, pipelineRegions: ['ap-southeast-1'] } });
    new ForwardingStack(app, 'Far', { env: { region: 'ap-southeast-1' }, mainRegion: 'eu-west-1' });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(violations(app)).toEqual([]);
    expect(findCycle(Template.fromStack(stack).toJSON() as RawTemplate)).toBeUndefined();
  });
});

describe('The stack of the Lambda that Redshift calls', () => {
  test('passes the validation of templates and cdk-nag, without a circle and with nothing acknowledged', () => {
    const app = upgradeApp();
    const stack = new UdfStack(app, 'Udf', { mainStack: 'ClickstreamUpgrade' });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(violations(app)).toEqual([]);
    expect(findCycle(Template.fromStack(stack).toJSON() as RawTemplate)).toBeUndefined();
  });
});

describe('The search for circles', () => {
  test('finds one through Ref, GetAtt, Sub and DependsOn', () => {
    const template = {
      Resources: {
        A: { Properties: { x: { Ref: 'B' } } },
        B: { Properties: { x: { 'Fn::GetAtt': ['C', 'Arn'] } } },
        C: { Properties: { x: { 'Fn::Sub': 'a ${D.Arn} ${AWS::Region}' } } },
        D: { DependsOn: ['A'] },
      },
    };
    expect(findCycle(template)).toEqual(['A', 'B', 'C', 'D', 'A']);
    expect(findCycle({ Resources: { ...template.Resources, D: {} } })).toBeUndefined();
  });
});
