import { App } from 'aws-cdk-lib';
import { DEFAULT_OPTIONS, deploymentOptions, type DeploymentOptions } from '../../lib/deployment-options';
import { grantedToSteps } from '../../rehearsal/aws/iam/grants';
import type { RawTemplate } from '../../rehearsal/template/intrinsics';
import { functionOf, grantsOfStep, resourcesOf } from '../support/grants';
import { STEP_FOLDERS } from '../support/step-schemas';
import { deployed, synthesised } from '../support/synth';

/** Each test synthesises stacks of its own, seconds each. */
jest.setTimeout(60_000);

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:console-token-AbCdEf';
const POLICY = 'arn:aws:iam::111122223333:policy/CloudFormationOfTheConsole';
const TRIGGERED = ['set-timezones', 'upgrade-pipeline'];

const withOptions = (options: Partial<DeploymentOptions>): RawTemplate => synthesised({ options });
const read = (context: Record<string, unknown>): DeploymentOptions => deploymentOptions(new App({ context }).node);

describe('The context of a deployment', () => {
  test('may be left out, or left empty', () => {
    expect(read({})).toEqual(DEFAULT_OPTIONS);
    expect(read({ dataApiRoles: '', pipelineTrigger: '', consoleVpc: '', executionPolicy: '' })).toEqual(
      DEFAULT_OPTIONS,
    );
  });

  test('is read as the command line gives it, in text', () => {
    expect(
      read({
        dataApiRoles: 'arn:one, arn:two',
        pipelineTrigger: 'https',
        consoleTokenSecret: SECRET,
        consoleVpc: '{"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}',
        executionPolicy: POLICY,
        templateBuckets: '["mirror"]',
      }),
    ).toEqual({
      dataApiRoles: ['arn:one', 'arn:two'],
      pipelineTrigger: 'https',
      consoleTokenSecret: SECRET,
      consoleVpc: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] },
      executionPolicy: POLICY,
      templateBuckets: ['solutions-reference', 'aws-gcr-solutions', 'mirror'],
      trigger: undefined,
      pipelineRegions: [],
      udfRegions: [],
    });
  });

  test('is read as cdk.json gives it, in lists and objects', () => {
    const consoleVpc = { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] };
    expect(read({ dataApiRoles: ['arn:one'], consoleVpc })).toEqual({
      ...DEFAULT_OPTIONS,
      dataApiRoles: ['arn:one'],
      consoleVpc,
    });
  });

  test('that is wrong is refused with every problem in it', () => {
    const wrong = {
      dataApiRoles: [1],
      pipelineTrigger: 'carrier-pigeon',
      consoleTokenSecret: 7,
      consoleVpc: 'vpc-1',
      executionPolicy: ['x'],
      templateBuckets: '[broken',
    };
    const message = ((): string => {
      try {
        read(wrong);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message.split('\n').slice(1).sort()).toEqual([
      '- consoleTokenSecret must be text, not 7',
      '- consoleVpc must be {"subnetIds": [...], "securityGroupIds": [...]}, not "vpc-1"',
      '- dataApiRoles must be a list of texts, not [1]',
      '- executionPolicy must be text, not ["x"]',
      '- pipelineTrigger must be one of invoke, https, manual, not carrier-pigeon',
      '- templateBuckets must be a list of texts, not "[broken"',
    ]);
  });

  test('that asks for https without a token is refused', () => {
    expect(() => read({ pipelineTrigger: 'https' })).toThrow(/pipelineTrigger https needs consoleTokenSecret/);
  });
});

function problems(context: Record<string, unknown>): string[] {
  try {
    read(context);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).sort();
  }
}

describe('udfRegions', () => {
  test('are the other regions of pipelines, each once; the main one need not be known', () => {
    expect(read({ udfRegions: 'eu-west-1, ap-east-1,eu-west-1' }).udfRegions).toEqual(['eu-west-1', 'ap-east-1']);
    expect(read({ udfRegions: ['cn-northwest-1'], region: 'cn-north-1' }).udfRegions).toEqual(['cn-northwest-1']);
    expect(read({ udfRegions: '' }).udfRegions).toEqual([]);
  });

  test('that are none, or the main one, are refused', () => {
    expect(problems({ udfRegions: 'eu-west-1,moon,mars', region: 'eu-west-1' })).toEqual([
      '- udfRegions must be names of regions, not moon, mars',
      '- udfRegions must not name eu-west-1, where the web console is: the stack ClickstreamUpgrade-udf is there',
    ]);
    expect(problems({ udfRegions: 7 })).toEqual(['- udfRegions must be a list of texts, not 7']);
  });
});

describe('trigger', () => {
  test('is read as text and as an object, with what is left out filled in', () => {
    const trigger = { consoleStack: 'console', pipelines: 'all', input: {} };
    expect(read({ trigger: '{"consoleStack": "console"}' }).trigger).toEqual(trigger);
    const input = { mode: 'execute', migration: { days: 7 } };
    expect(read({ trigger: { consoleStack: 'console', pipelines: 'none', input } }).trigger).toEqual({
      consoleStack: 'console',
      pipelines: 'none',
      input,
    });
  });

  test('that is wrong is refused with every problem in it, those of the input too', () => {
    expect(problems({ trigger: 'yes' })).toEqual(['- trigger must be a JSON object, not "yes"']);
    const input = { mode: 'cleanup', planHash: '0'.repeat(32), migration: { days: 0 } };
    expect(problems({ trigger: { pipelines: 'some', input, more: 1 } })).toEqual([
      expect.stringMatching(/^- trigger.consoleStack: /),
      expect.stringMatching(/^- trigger.input.migration.days: /),
      expect.stringMatching(/^- trigger.input.mode: cannot be cleanup/),
      expect.stringMatching(/^- trigger.input.planHash: belongs to one plan/),
      expect.stringMatching(/^- trigger.pipelines: /),
      expect.stringMatching(/^- trigger: /),
    ]);
  });

  test('hears pipelines of other regions where the main one is known', () => {
    const context = {
      trigger: { consoleStack: 'console' },
      region: 'us-east-1',
      pipelineRegions: 'eu-west-1,ap-east-1',
    };
    expect(read(context).pipelineRegions).toEqual(['eu-west-1', 'ap-east-1']);
    expect(problems({ pipelineRegions: 'eu-west-1,moon' })).toEqual([
      '- pipelineRegions must be names of regions, not moon',
      '- pipelineRegions needs region, the one of the web console: events go there',
      '- pipelineRegions needs trigger: without one nobody listens to their events',
    ]);
    expect(problems({ ...context, pipelineRegions: 'us-east-1' })).toEqual([
      '- pipelineRegions must not name us-east-1, where the web console is: its events are there already',
    ]);
  });
});

describe('dataApiRoles', () => {
  test('may be assumed by every step that works in a warehouse, and by no other', () => {
    const own = 'arn:aws:iam::111122223333:role/our-own-data-api';
    const deployment = deployed('aws', withOptions({ dataApiRoles: [own] }));
    for (const step of STEP_FOLDERS) {
      const roles = resourcesOf(grantsOfStep(deployment, step), 'sts:AssumeRole');
      expect({ step, own: roles.includes(own) }).toEqual({ step, own: roles.length > 0 });
    }
  });
});

describe('templateBuckets', () => {
  test('may be read, and change sets may be made from them', () => {
    const templateBuckets = [...DEFAULT_OPTIONS.templateBuckets, 'mirror'];
    const grants = grantsOfStep(deployed('aws', withOptions({ templateBuckets })), 'prepare-change-set');
    expect(resourcesOf(grants, 's3:GetObject')).toContain('arn:aws:s3:::mirror/*');
    const create = grants.find(({ action }) => action === 'cloudformation:CreateChangeSet');
    expect(create?.conditions['StringLike']?.['cloudformation:TemplateUrl']).toContain('https://mirror.s3.*');
  });
});

describe('pipelineTrigger', () => {
  const allowed = (options: Partial<DeploymentOptions>): string[] =>
    grantedToSteps(deployed('aws', withOptions(options))).filter((grant) =>
      / (lambda:Invoke|secretsmanager)/.test(grant),
    );

  test('invoke lets two steps call the API function of the console, and reads no secret', () => {
    expect(allowed({})).toEqual(TRIGGERED.map((step) => `${step} lambda:InvokeFunction`));
  });

  test('https lets them read one secret, and invoke nothing', () => {
    const options = { pipelineTrigger: 'https', consoleTokenSecret: SECRET } as const;
    expect(allowed(options)).toEqual(TRIGGERED.map((step) => `${step} secretsmanager:GetSecretValue`));
    const deployment = deployed('aws', withOptions(options));
    for (const step of TRIGGERED) {
      expect(resourcesOf(grantsOfStep(deployment, step), 'secretsmanager:GetSecretValue')).toEqual([SECRET]);
      expect(functionOf(deployment, step).environment).toMatchObject({
        PIPELINE_TRIGGER: 'https',
        CONSOLE_TOKEN_SECRET: SECRET,
      });
    }
  });

  test('manual grants neither, and the plan says so too', () => {
    expect(allowed({ pipelineTrigger: 'manual' })).toEqual([]);
    const deployment = deployed('aws', withOptions({ pipelineTrigger: 'manual' }));
    for (const step of [...TRIGGERED, 'inspect-and-plan']) {
      expect(functionOf(deployment, step).environment).toMatchObject({ PIPELINE_TRIGGER: 'manual' });
    }
  });
});

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** Resources of a kind that have a property, by what it says they are: `Step x of the upgrade`. */
function having(template: RawTemplate, type: string, property: string): { what: unknown; value: unknown }[] {
  return Object.values(template.Resources as unknown as Record<string, Resource>)
    .filter(({ Type, Properties }) => Type === type && Properties[property] !== undefined)
    .map(({ Properties }) => ({ what: Properties['Description'], value: Properties[property] }));
}

describe('executionPolicy', () => {
  test('is attached to the role of upgrade-console alone, and the plan knows of it', () => {
    const template = withOptions({ executionPolicy: POLICY });
    expect(having(template, 'AWS::IAM::Role', 'ManagedPolicyArns')).toEqual([
      { what: 'Step upgrade-console of the upgrade', value: [POLICY] },
    ]);
    const text = JSON.stringify(having(template, 'AWS::Lambda::Function', 'Environment'));
    expect(text.split('"EXECUTION_POLICY":"yes"')).toHaveLength(2);
  });

  test('is nowhere where it is not asked for', () => {
    const template = synthesised();
    expect(having(template, 'AWS::IAM::Role', 'ManagedPolicyArns')).toEqual([]);
    expect(functionOf(deployed('aws', template), 'inspect-and-plan').environment).toMatchObject({
      EXECUTION_POLICY: 'no',
    });
  });
});

describe('consoleVpc', () => {
  const interfaces = ['CreateNetworkInterface', 'DeleteNetworkInterface', 'DescribeNetworkInterfaces'];

  test('puts the steps that call the console into its subnets, and no other', () => {
    const subnetIds = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'];
    const consoleVpc = { subnetIds, securityGroupIds: ['sg-0123456789abcdef0'] };
    const template = withOptions({ pipelineTrigger: 'https', consoleTokenSecret: SECRET, consoleVpc });
    expect(having(template, 'AWS::Lambda::Function', 'VpcConfig')).toEqual(
      TRIGGERED.map((step) => ({
        what: `Step ${step} of the upgrade`,
        value: { SubnetIds: subnetIds, SecurityGroupIds: consoleVpc.securityGroupIds },
      })),
    );
    const text = JSON.stringify(template);
    for (const name of interfaces) expect(text.split(`"ec2:${name}"`)).toHaveLength(TRIGGERED.length + 1);
  });

  test('asks for no network interfaces where there is none', () => {
    expect(JSON.stringify(synthesised())).not.toMatch(/ec2:|VpcConfig/);
  });
});
