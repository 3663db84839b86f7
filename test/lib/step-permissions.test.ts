import type { BudgetedStep } from '../../lib/workflow/history-budget';
import type { Grant } from '../../rehearsal/aws/iam/grants';
import { grantsOfStep, resourcesOf } from '../support/grants';
import { STEP_FOLDERS } from '../support/step-schemas';
import { deployed, PLACES, synthesised } from '../support/synth';

/** Lines `action resource` of several actions on several resources. */
const on = (actions: string[], ...resources: string[]): string[] =>
  actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`));

/** Actions of one service. */
const of = (service: string, ...names: string[]): string[] => names.map((name) => `${service}:${name}`);

const COMMON = [
  ...on(of('dynamodb', 'GetItem', 'PutItem'), 'here table/{state}'),
  ...on(['s3:GetObject'], '{plans}/*'),
  ...on(['s3:ListBucket'], '{plans}'),
  ...on(of('logs', 'CreateLogStream', 'PutLogEvents'), 'here log-group:{log}:*'),
];
const WRITES = on(['s3:PutObject'], '{plans}/*');
const WAREHOUSE = on(['sts:AssumeRole'], 'role/Clickstream*', 'role/*-Clickstream*');
const WORKGROUPS = on(['redshift-serverless:GetWorkgroup'], 'any workgroup/*');
const API_FUNCTION = 'any function:*ClickStreamApiApiFunction*';
const METADATA = 'any table/*ClickstreamMetadata*';
const PIPELINE_STACKS = ['any stack/Clickstream-*/*', 'any stack/*-Clickstream-*/*'];
const REDSHIFT_STACKS = [
  'any stack/Clickstream-DataModelingRedshift-*',
  'any stack/*-Clickstream-DataModelingRedshift-*',
];
const PROCESSING_STACKS = [
  ...REDSHIFT_STACKS,
  'any stack/Clickstream-DataProcessing-*',
  'any stack/*-Clickstream-DataProcessing-*',
];
const RULES = ['Clickstream-*', '*-Clickstream-*', '*-NestedStackjobSubmitter*', '*-ClearExpiredEvents*'].map(
  (name) => `any rule/${name}`,
);
const REFRESH = 'RefreshMaterializedViewsWorkflowRefreshMVStateMachine*';
const LOAD = 'ClickstreamLoadDataWorkflow*';
const SCHEMA = '*SQLExecutionStateMachine*';
const fleet = (kind: string, tail = ''): string[] =>
  ['Clickstream-*', '*-Clickstream-*'].map((name) => `any ${kind}/${name}${tail}`);

const PREPARE = [
  ...on(
    of('cloudformation', 'DescribeStacks', 'ListStackResources', 'ListChangeSets', 'DescribeChangeSet'),
    'any stack/*/*',
  ),
  ...on(['cloudformation:CreateChangeSet'], 'any stack/*/* if ChangeSetName, TemplateUrl, RoleArn'),
  ...on(['cloudformation:DeleteChangeSet'], 'any stack/*/* if ChangeSetName'),
  ...on(['s3:GetObject'], 'solutions-reference/*', 'aws-gcr-solutions/*'),
];

/** The role by which Redshift calls the Lambda function, and the warehouses it is associated with. */
const ASSOCIATE = [
  ...WORKGROUPS,
  ...on(of('redshift-serverless', 'GetNamespace', 'UpdateNamespace'), 'any namespace/*'),
  ...on(of('redshift', 'DescribeClusters', 'ModifyClusterIamRoles'), 'any cluster:*'),
  ...on(['iam:PassRole'], 'role/*'),
];

/** Roots of the own machine: a guardian looks whether they run. */
const ROOTS = on(['states:DescribeExecution'], 'here execution:ClickstreamUpgrade:*');
/** Whether their own execution runs, and where a guardian acts, whether its root does. */
const GUARD = on(
  ['states:DescribeExecution'],
  ...['', '/*', 'Guardian', 'Guardian/*'].map((machine) => `here execution:ClickstreamUpgrade${machine}:*`),
);
const WITHOUT_GUARD = [
  'approve-plan',
  'inspect-and-plan',
  'prepare-change-set',
  'release-lock',
  'report',
  'take-lock',
  'look-at-root',
  'wait-for-map-runs',
  'tell-what-happened',
];
/** Whether an app's refresh is still at work, before the next app takes its turn. */
const TURN = on(['states:DescribeExecution'], `any execution:${REFRESH}:*`);

/** What each step may do, beside what all of them may. `any` and `here` are regions; names behind `if` are conditions. */
const TABLE: Record<BudgetedStep, string[]> = {
  'inspect-and-plan': [
    ...WRITES,
    ...WAREHOUSE,
    ...WORKGROUPS,
    ...on(of('cloudformation', 'DescribeStacks', 'ListStackResources', 'GetTemplateSummary'), '*'),
    ...on(['lambda:GetFunctionConfiguration'], 'any function:*ClickStreamApi*', 'any function:ClickstreamUpgrade-udf'),
    ...on(['lambda:GetAccountSettings'], '*'),
    ...on(['dynamodb:Query'], METADATA, `${METADATA}/index/*`),
    ...on(
      ['s3:GetObject'],
      'solutions-reference/*control-plane-stack*.template.json',
      'aws-gcr-solutions/*control-plane-stack*.template.json',
    ),
  ],
  'prepare-change-set': [...WRITES, ...PREPARE],
  'approve-plan': [...WRITES, ...on(['states:SendTaskSuccess'], '*')],
  'take-lock': on(['states:DescribeExecution'], 'here execution:ClickstreamUpgrade:*'),
  'prove-functions': [
    ...WAREHOUSE,
    ...ASSOCIATE,
    ...on(of('cloudformation', 'DescribeStacks', 'ListStackResources'), ...REDSHIFT_STACKS),
  ],
  'back-up': [
    ...WORKGROUPS,
    ...on(['dynamodb:CreateBackup'], 'any table/*ClickStreamApi*'),
    ...on(['dynamodb:ListBackups'], '*'),
    ...on(['redshift:CreateClusterSnapshot'], 'any cluster:*', 'any snapshot:*/clickstream-upgrade-*'),
    ...on(['redshift:DescribeClusterSnapshots'], 'any cluster:*'),
    ...on(['redshift-serverless:CreateSnapshot'], 'any namespace/*', 'any snapshot/*'),
    ...on(of('redshift-serverless', 'GetSnapshot', 'ListRecoveryPoints'), 'any snapshot/*', 'any recoverypoint/*'),
  ],
  'upgrade-console': [
    ...PREPARE,
    ...on(['cloudformation:ExecuteChangeSet'], 'any stack/*/* if ChangeSetName'),
    ...on(['cloudformation:DescribeStackEvents'], 'any stack/*/*'),
    ...on(['lambda:GetFunctionConfiguration'], 'any function:*ClickStreamApi*'),
    ...on(['dynamodb:GetItem'], 'any table/*ClickstreamDictionary*'),
  ],
  'list-apps': [],
  'look-at-root': ROOTS,
  'wait-for-map-runs': [
    ...ROOTS,
    ...on(['states:ListMapRuns'], 'here execution:ClickstreamUpgrade:*', 'here execution:ClickstreamUpgrade/*:*'),
    ...on(of('states', 'DescribeMapRun', 'ListExecutions'), 'here mapRun:ClickstreamUpgrade/*:*'),
  ],
  'cancel-statements': [...WAREHOUSE, ...on(['states:DescribeExecution'], `any execution:${REFRESH}:*`)],
  'tell-what-happened': [
    ...ROOTS,
    ...on(of('states', 'DescribeMapRun', 'ListExecutions'), 'here mapRun:ClickstreamUpgradeGuardian/*:*'),
    ...on(['states:DescribeExecution'], 'here execution:ClickstreamUpgradeGuardian/*:*'),
    ...on(['sns:Publish'], 'here ClickstreamUpgrade-notifications'),
    ...on(of('kms', 'Decrypt', 'GenerateDataKey'), 'here key/{key}'),
  ],
  'set-timezones': [...on(['dynamodb:Query'], METADATA), ...on(['lambda:InvokeFunction'], API_FUNCTION)],
  'pause-processing': [
    ...on(of('cloudformation', 'DescribeStacks', 'ListStackResources'), ...PROCESSING_STACKS),
    ...on(of('events', 'DescribeRule', 'DisableRule'), ...RULES),
    ...on(['emr-serverless:ListApplications'], '*'),
    ...on(of('emr-serverless', 'ListJobRuns', 'StopApplication'), 'any /applications/*'),
    ...on(
      ['states:ListExecutions'],
      ...[
        REFRESH,
        LOAD,
        'ClearExpiredEventsWorkflowClearExpiredEventsStateMachine*',
        'ScanMetadataWorkflowScanMetadataStateMachine*',
      ].map((name) => `any stateMachine:${name}`),
    ),
  ],
  'upgrade-pipeline': [
    ...on(['dynamodb:Query'], METADATA),
    ...on(of('lambda', 'GetFunctionConfiguration', 'InvokeFunction'), API_FUNCTION),
    ...on(of('cloudformation', 'DescribeStacks', 'DescribeStackEvents'), ...PIPELINE_STACKS),
    ...on(['states:DescribeExecution'], 'any execution:clickstream-stack-workflow-*:*'),
  ],
  'replace-instances': [
    ...on(of('cloudformation', 'DescribeStacks', 'ListStackResources'), ...PIPELINE_STACKS),
    ...on(of('ecs', 'DescribeServices', 'UpdateService'), ...fleet('service', '/*')),
    ...on(['ecs:ListContainerInstances'], ...fleet('cluster')),
    ...on(
      of('ecs', 'DescribeContainerInstances', 'ListTasks', 'UpdateContainerInstancesState'),
      ...fleet('container-instance', '/*'),
    ),
    ...on(['ecs:DescribeTasks'], ...fleet('task', '/*')),
    ...on(
      of(
        'autoscaling',
        'DeleteWarmPool',
        'PutWarmPool',
        'TerminateInstanceInAutoScalingGroup',
        'UpdateAutoScalingGroup',
      ),
      ...fleet('autoScalingGroup:*:autoScalingGroupName'),
    ),
    ...on(
      ['application-autoscaling:RegisterScalableTarget'],
      'any scalable-target/* if service-namespace, scalable-dimension',
    ),
    ...on(['application-autoscaling:DescribeScalableTargets'], '*'),
    ...on(of('autoscaling', 'DescribeAutoScalingGroups', 'DescribeWarmPool'), '*'),
    ...on(['elasticloadbalancing:DescribeTargetHealth'], '*'),
  ],
  'scale-warehouse': [
    ...WAREHOUSE,
    ...WORKGROUPS,
    ...on(['redshift-serverless:UpdateWorkgroup'], 'any workgroup/*'),
    ...on(['states:DescribeExecution'], `any execution:${REFRESH}:*`),
  ],
  'repair-schema': [
    ...WAREHOUSE,
    ...ASSOCIATE,
    ...on(of('cloudformation', 'DescribeStacks', 'ListStackResources'), ...REDSHIFT_STACKS),
    ...on(of('states', 'ListExecutions', 'StartExecution'), `any stateMachine:${SCHEMA}`),
    ...on(of('states', 'DescribeExecution', 'GetExecutionHistory'), `any execution:${SCHEMA}:*`),
    ...on(of('s3', 'GetObject', 'PutObject'), '*/*tmp/*/sqls/*'),
  ],
  'wait-for-schema': [
    ...WAREHOUSE,
    ...on(of('cloudformation', 'DescribeStacks', 'ListStackResources'), ...REDSHIFT_STACKS),
    ...on(of('states', 'ListExecutions', 'StartExecution'), `any stateMachine:${SCHEMA}`),
    ...on(of('states', 'DescribeExecution', 'GetExecutionHistory', 'RedriveExecution'), `any execution:${SCHEMA}:*`),
  ],
  check: [...WAREHOUSE, ...WORKGROUPS, ...TURN],
  'migrate-events': [...WAREHOUSE, ...TURN],
  'migrate-users': [...WAREHOUSE, ...TURN],
  'migrate-items': [...WAREHOUSE, ...TURN],
  'migrate-sessions': [...WAREHOUSE, ...TURN],
  'refresh-base-view': [...WAREHOUSE, ...TURN],
  'recalculate-metrics': [
    ...WAREHOUSE,
    ...on(['cloudformation:ListStackResources'], ...REDSHIFT_STACKS),
    ...on(of('states', 'StartExecution', 'ListExecutions'), `any stateMachine:${REFRESH}`),
    ...on(['states:DescribeExecution'], `any execution:${REFRESH}:*`),
  ],
  'verify-parity': [...WAREHOUSE, ...TURN],
  'clean-up': WAREHOUSE,
  'resume-processing': [
    ...on(of('cloudformation', 'DescribeStacks', 'ListStackResources'), ...PROCESSING_STACKS),
    ...on(of('events', 'DescribeRule', 'EnableRule'), ...RULES),
    ...on(['emr-serverless:ListApplications'], '*'),
    ...on(of('states', 'ListExecutions', 'StartExecution'), `any stateMachine:${LOAD}`),
    ...on(['states:DescribeExecution'], `any execution:${LOAD}:*`),
    ...on(['cloudformation:DescribeStacks'], ...PIPELINE_STACKS),
  ],
  'judge-children': [
    ...WRITES,
    ...on(
      of('states', 'DescribeMapRun', 'ListExecutions'),
      'here mapRun:ClickstreamUpgrade/*:*',
      'here mapRun:ClickstreamUpgradeGuardian/*:*',
    ),
  ],
  report: [...WRITES, ...WAREHOUSE, ...on(['dynamodb:BatchGetItem'], 'here table/{state}')],
  'release-lock': [],
};

const template = synthesised();

describe.each(['aws', 'aws-cn'] as const)('In %s', (partition) => {
  const deployment = deployed(partition, template);
  const { region, accountId } = PLACES[partition];

  /** A grant as the table writes it; what is in another partition or account shows its whole ARN. */
  function line(step: string, { action, resource, conditions }: Grant): string {
    const where = resource
      .replace(deployment.buckets[0]?.arn ?? '', '{plans}')
      .replace(`table/${deployment.tables[0]?.name ?? ''}`, 'table/{state}')
      .replace(`/aws/lambda/ClickstreamUpgrade-${step}:`, '{log}:')
      .replace(/key\/[0-9a-f-]{36}$/, 'key/{key}')
      .replace(new RegExp(`^arn:${partition}:[a-z0-9-]+:${region}:${accountId}:`), 'here ')
      .replace(new RegExp(`^arn:${partition}:[a-z0-9-]+:\\*:${accountId}:`), 'any ')
      .replace(`arn:${partition}:iam::${accountId}:`, '')
      .replace(new RegExp(`^arn:${partition}:s3:::`), '');
    const keys = Object.values(conditions).flatMap((operator) => Object.keys(operator));
    const names = keys.map((key) => key.slice(key.indexOf(':') + 1));
    return `${action} ${where}${names.length === 0 ? '' : ` if ${names.join(', ')}`}`;
  }

  test.each(STEP_FOLDERS)('%s may do what its row of the table says, and nothing else', (step) => {
    const found = grantsOfStep(deployment, step).map((grant) => line(step, grant));
    const guard = WITHOUT_GUARD.includes(step) ? [] : GUARD;
    const expected = [...COMMON, ...guard, ...TABLE[step as BudgetedStep]];
    expect([...new Set(found)].sort()).toEqual([...new Set(expected)].sort());
  });
});

describe('The conditions', () => {
  const deployment = deployed('aws', template);
  const conditionsOf = (step: string, action: string): Grant['conditions'][] =>
    grantsOfStep(deployment, step)
      .filter((grant) => grant.action === action)
      .map(({ conditions }) => conditions);

  test.each(['prepare-change-set', 'upgrade-console'])('keep %s to its own change sets', (step) => {
    for (const action of of('cloudformation', 'CreateChangeSet', 'DeleteChangeSet')) {
      for (const conditions of conditionsOf(step, action)) {
        expect(conditions).toMatchObject({
          StringLike: { 'cloudformation:ChangeSetName': 'clickstream-upgrade-*' },
        });
      }
    }
    expect(conditionsOf('upgrade-console', 'cloudformation:ExecuteChangeSet')).toEqual([
      { StringLike: { 'cloudformation:ChangeSetName': 'clickstream-upgrade-*' } },
    ]);
  });

  test('let a change set come from the buckets of the solution only, without a role of somebody else', () => {
    const [conditions] = conditionsOf('prepare-change-set', 'cloudformation:CreateChangeSet');
    expect(conditions?.['StringLike']?.['cloudformation:TemplateUrl']).toEqual(
      ['solutions-reference', 'aws-gcr-solutions'].flatMap((name) => [`https://${name}.s3.*`, `https://${name}.s3-*`]),
    );
    expect(conditions?.['Null']).toEqual({ 'cloudformation:RoleArn': 'true' });
  });

  test('let replace-instances change the capacity of services and of nothing else that scales', () => {
    expect(conditionsOf('replace-instances', 'application-autoscaling:RegisterScalableTarget')).toEqual([
      {
        StringEquals: {
          'application-autoscaling:service-namespace': 'ecs',
          'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
        },
      },
    ]);
  });
});

describe('All steps together', () => {
  const deployment = deployed('aws', template);
  const all = STEP_FOLDERS.flatMap((step) => grantsOfStep(deployment, step).map((grant) => ({ step, ...grant })));

  test('have no action with a wildcard', () => {
    expect(all.filter(({ action }) => action.includes('*'))).toEqual([]);
  });

  test('delete nothing but their own change sets and the warm pool they put back, and pass roles', () => {
    const grave = all.map(({ action }) => action).filter((action) => /:(Delete|Remove|Restore|PassRole)/.test(action));
    expect([...new Set(grave)].sort()).toEqual([
      'autoscaling:DeleteWarmPool',
      'cloudformation:DeleteChangeSet',
      'iam:PassRole',
    ]);
  });

  test('name every resource that an action knows: on all of them there are only reads, and the gate’s own answer', () => {
    const everywhere = all.filter(({ resource }) => resource === '*').map(({ action }) => action);
    expect([...new Set(everywhere)].filter((action) => !/:(Describe|List|Get)/.test(action))).toEqual([
      'states:SendTaskSuccess',
    ]);
  });

  test('reach a warehouse through the roles of the solution, and only those that work in one', () => {
    const withRole = STEP_FOLDERS.filter(
      (step) => resourcesOf(grantsOfStep(deployment, step), 'sts:AssumeRole').length > 0,
    );
    expect(withRole).toEqual([
      'cancel-statements',
      'check',
      'clean-up',
      'inspect-and-plan',
      'migrate-events',
      'migrate-items',
      'migrate-sessions',
      'migrate-users',
      'prove-functions',
      'recalculate-metrics',
      'refresh-base-view',
      'repair-schema',
      'report',
      'scale-warehouse',
      'verify-parity',
      'wait-for-schema',
    ]);
  });

  test('write to the bucket only where they write plans, change sets, questions, reports and errors of children', () => {
    const writers = STEP_FOLDERS.filter(
      (step) => resourcesOf(grantsOfStep(deployment, step), 's3:PutObject').length > 0,
    );
    expect(writers).toEqual([
      'approve-plan',
      'inspect-and-plan',
      'judge-children',
      'prepare-change-set',
      'repair-schema',
      'report',
    ]);
  });
});
