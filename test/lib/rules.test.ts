import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { upgradeApp, upgradeStack } from '../support/synth';
import { findCycle } from '../support/template-graph';

interface Report {
  pluginReports: {
    pluginName?: string;
    conclusion?: string;
    violations: { ruleName: string; description?: string }[];
  }[];
}

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

  test('passes cdk-nag: every finding is mended or acknowledged with its reason', () => {
    const app = upgradeApp();
    upgradeStack(app);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(violations(app)).toEqual([]);
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
