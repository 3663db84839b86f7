import type { EventRule } from '../../events/rule';
import type { NewApplication } from '../../emr-serverless/emr-serverless';
import { nameSuffix, physicalName } from '../../../template/physical-names';
import type { SimulatedStack, SimulatedStackResource, StackOutput } from '../stacks';
import type { SolutionDescription, SolutionProject } from './description';
import type { SolutionNames } from './naming';
import type { SolutionStateMachine } from './solution';
import { nestedStack } from './nested-stack';

/** A rule of a pipeline, and the stack whose update writes it anew. */
export interface SolutionRule extends EventRule {
  stackType: 'DataProcessing' | 'DataModelingRedshift';
  logicalId: string;
}

/** What turns a project's raw files into loaded data: its rules, as their template has them, and its EMR application. */
export interface SolutionProcessing {
  projectId: string;
  region: string;
  rules: SolutionRule[];
  /** The one that the rules and the job submitter know; earlier ones may linger. */
  applications: NewApplication[];
  /** Function behind the schedule: it submits the jobs. */
  submitterArn: string;
  /** State machine that the success of a job starts; none without Redshift. */
  loadMachineArn?: string;
}

export interface ProcessingStack {
  outputs: StackOutput[];
  nested: SimulatedStack;
  nestedLogicalId: string;
  rules: SolutionRule[];
  application: NewApplication;
  submitterArn: string;
}

const NESTED_ID = 'WithPluginsNestedStackWithPluginsNestedStackResource6A0D3F2B';
const SCHEDULE_ID = 'NestedStackjobSubmitterSchedulerCAED5DBE';
const SUBMITTER_ID = 'NestedStackEmrSparkJobSubmitterFunction2F1C70A4';
const SYNC_ID = 'NestedStackpartitionSyncerScheduler4B7E9D15';

/** Names of applications end here. Source: awslabs/clickstream-analytics-on-aws, emr-serverless-app/index.ts */
const LONGEST_NAME = 64;
/** Source: same repository, data-pipeline-stack.ts (EmrApplicationIdleTimeoutMinutes) */
const IDLE_MINUTES = 5;

/**
 * What the stack DataProcessing of a project holds in the stack nested in it. Each version has an application of its own
 * under the same name; the rules keep their names.
 * Source: awslabs/clickstream-analytics-on-aws, data-pipeline-stack.ts, data-pipeline.ts
 */
export function processingOf(
  project: SolutionProject,
  parentName: string,
  description: SolutionDescription,
  names: SolutionNames,
): ProcessingStack {
  const { region } = project;
  const nestedName = physicalName(parentName, NESTED_ID, 128);
  const application = applicationOf(project, description, names);
  const submitterName = physicalName(nestedName, SUBMITTER_ID);
  const submitterArn = names.arn('lambda', region, `function:${submitterName}`);
  const syncArn = names.arn('lambda', region, `function:${physicalName(nestedName, 'PartitionSyncer')}`);
  const rule = ruleMaker(region, nestedName, 'DataProcessing', names);
  const rules = [
    rule(SCHEDULE_ID, { scheduleExpression: SCHEDULE_EXPRESSION, targetArn: submitterArn }),
    rule(SYNC_ID, { scheduleExpression: 'cron(0 0 * * ? *)', targetArn: syncArn }),
  ];
  const resources = [
    ...ruleResources(rules),
    { logicalId: SUBMITTER_ID, physicalId: submitterName, type: 'AWS::Lambda::Function' },
    // The physical id of a custom resource is the function's to choose, and tells nothing of the application.
    {
      logicalId: 'NestedStackEMRServerlessApplicationCustomResource',
      physicalId: `emr-serverless-${names.pipelineId(project)}`,
      type: 'AWS::CloudFormation::CustomResource',
    },
  ];
  const nested = nestedStack(
    { project, parentName, stackName: nestedName },
    { description: '(SO0219-dpe) WithPlugins', resources },
    description,
    names,
  );
  const outputs = [
    { key: 'WithPluginsEMRServerlessApplicationId', value: application.id },
    { key: 'WithPluginsGlueDatabase', value: project.projectId },
  ];
  return { outputs, nested, nestedLogicalId: NESTED_ID, rules, application, submitterArn };
}

/** Both stacks' parts of a project's data processing. */
export function wholeProcessing(
  { projectId, region }: SolutionProject,
  { rules, application, submitterArn }: ProcessingStack,
  modeling: { rules: SolutionRule[]; stateMachines: SolutionStateMachine[] } | undefined,
): SolutionProcessing {
  const load = modeling?.stateMachines.find(({ kind }) => kind === 'load-data');
  return {
    projectId,
    region,
    rules: [...rules, ...(modeling?.rules ?? [])],
    applications: [application],
    submitterArn,
    ...(load === undefined ? {} : { loadMachineArn: load.arn }),
  };
}

/** Parameter ScheduleExpression of the stack. */
export const SCHEDULE_EXPRESSION = 'rate(24 hours)';

/**
 * Rules of the stack DataModelingRedshift: a job's success starts the load workflow, for the current application only; and
 * old events are deleted every night.
 * Source: awslabs/clickstream-analytics-on-aws, load-ods-data-workflow.ts, clear-expired-events-workflow.ts
 */
export function warehouseRulesOf(
  project: SolutionProject,
  nestedName: string,
  machines: { loadArn: string; clearExpiredArn: string },
  description: SolutionDescription,
  names: SolutionNames,
): SolutionRule[] {
  const { id } = applicationOf(project, description, names);
  const rule = ruleMaker(project.region, nestedName, 'DataModelingRedshift', names);
  return [
    rule('LoadDataEmrServerlessJobSuccessRule3F7A1E58', {
      eventPattern: {
        source: ['aws.emr-serverless'],
        'detail-type': ['EMR Serverless Job Run State Change'],
        detail: { state: ['SUCCESS'], applicationId: [id] },
      },
      targetArn: machines.loadArn,
    }),
    rule('ClearExpiredEventsScheduleRule9C24E7B1', {
      scheduleExpression: 'cron(0 17 * * ? *)',
      targetArn: machines.clearExpiredArn,
    }),
  ];
}

/** Rules as ListStackResources shows them: the physical id is the name. */
export function ruleResources(rules: readonly SolutionRule[]): SimulatedStackResource[] {
  return rules.map(({ logicalId, name }) => ({ logicalId, physicalId: name, type: 'AWS::Events::Rule' }));
}

/** A new one with each version of the pipeline; no tags. Source: same repository, emr-serverless-app/index.ts */
function applicationOf(
  project: SolutionProject,
  description: SolutionDescription,
  names: SolutionNames,
): NewApplication {
  const { region, projectId } = project;
  const version = project.version ?? description.console.version;
  const id = `00${nameSuffix(`${names.pipelineId(project)}/${version}`).toLowerCase()}09`;
  return {
    region,
    id,
    name: `Clickstream-${projectId}`.slice(0, LONGEST_NAME),
    arn: names.arn('emr-serverless', region, `/applications/${id}`),
    createdMs: description.updatedMs ?? description.createdMs,
    idleTimeoutMinutes: IDLE_MINUTES,
  };
}

type RuleParts = Pick<SolutionRule, 'scheduleExpression' | 'eventPattern'> & { targetArn: string };

function ruleMaker(
  region: string,
  stackName: string,
  stackType: SolutionRule['stackType'],
  names: SolutionNames,
): (logicalId: string, parts: RuleParts) => SolutionRule {
  return (logicalId, { targetArn, ...parts }) => {
    const name = physicalName(stackName, logicalId);
    const arn = names.arn('events', region, `rule/${name}`);
    const targets = [{ id: 'Target0', arn: targetArn }];
    return { region, stackType, logicalId, name, arn, state: 'ENABLED', targets, ...parts };
  };
}
