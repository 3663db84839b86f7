import { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type * as approvePlan from '../lambda/approve-plan/schema';
import type * as backUp from '../lambda/back-up/schema';
import type * as cancelStatements from '../lambda/cancel-statements/schema';
import type * as check from '../lambda/check/schema';
import type * as cleanUp from '../lambda/clean-up/schema';
import type * as inspectAndPlan from '../lambda/inspect-and-plan/schema';
import type * as judgeChildren from '../lambda/judge-children/schema';
import type * as listApps from '../lambda/list-apps/schema';
import type * as lookAtRoot from '../lambda/look-at-root/schema';
import type * as migrateEvents from '../lambda/migrate-events/schema';
import type * as migrateItems from '../lambda/migrate-items/schema';
import type * as migrateSessions from '../lambda/migrate-sessions/schema';
import type * as migrateUsers from '../lambda/migrate-users/schema';
import type * as pauseProcessing from '../lambda/pause-processing/schema';
import type * as prepareChangeSet from '../lambda/prepare-change-set/schema';
import type * as proveFunctions from '../lambda/prove-functions/schema';
import type * as recalculateMetrics from '../lambda/recalculate-metrics/schema';
import type * as refreshBaseView from '../lambda/refresh-base-view/schema';
import type * as releaseLock from '../lambda/release-lock/schema';
import type * as repairSchema from '../lambda/repair-schema/schema';
import type * as replaceInstances from '../lambda/replace-instances/schema';
import type * as report from '../lambda/report/schema';
import type * as resumeProcessing from '../lambda/resume-processing/schema';
import type * as scaleWarehouse from '../lambda/scale-warehouse/schema';
import type * as setTimezones from '../lambda/set-timezones/schema';
import type * as takeLock from '../lambda/take-lock/schema';
import type * as tellWhatHappened from '../lambda/tell-what-happened/schema';
import type * as upgradeConsole from '../lambda/upgrade-console/schema';
import type * as upgradePipeline from '../lambda/upgrade-pipeline/schema';
import type * as verifyParity from '../lambda/verify-parity/schema';
import type * as waitForMapRuns from '../lambda/wait-for-map-runs/schema';
import type * as waitForSchema from '../lambda/wait-for-schema/schema';
import type { NotificationArns } from './policies/guardian';
import type { DeploymentOptions } from './deployment-options';
import { StepPermissions } from './policies/step-permissions';
import { StepFunction, type EnvironmentOf, type StepFunctionProps } from './step-function';
import { udfName } from './udf/names';
import { HISTORY_PASSES, passesToLeave, type BudgetedStep } from './workflow/history-budget';

export interface UpgradeStepsProps {
  table: ITable;
  bucket: IBucket;
  options: DeploymentOptions;
  /** Where people are told. */
  notifications: NotificationArns;
}

/** The Lambda of every step: its environment is typed by its own schema, its permissions stand in `policies`. */
export class UpgradeSteps extends Construct {
  readonly inspectAndPlan: StepFunction;
  readonly prepareChangeSet: StepFunction;
  readonly approvePlan: StepFunction;
  readonly takeLock: StepFunction;
  readonly proveFunctions: StepFunction;
  readonly backUp: StepFunction;
  readonly upgradeConsole: StepFunction;
  readonly listApps: StepFunction;
  readonly setTimezones: StepFunction;
  readonly pauseProcessing: StepFunction;
  readonly upgradePipeline: StepFunction;
  readonly replaceInstances: StepFunction;
  readonly scaleWarehouse: StepFunction;
  readonly repairSchema: StepFunction;
  readonly waitForSchema: StepFunction;
  readonly check: StepFunction;
  readonly migrateEvents: StepFunction;
  readonly migrateUsers: StepFunction;
  readonly migrateItems: StepFunction;
  readonly migrateSessions: StepFunction;
  readonly refreshBaseView: StepFunction;
  readonly recalculateMetrics: StepFunction;
  readonly verifyParity: StepFunction;
  readonly cleanUp: StepFunction;
  readonly resumeProcessing: StepFunction;
  readonly judgeChildren: StepFunction;
  readonly report: StepFunction;
  readonly releaseLock: StepFunction;
  readonly lookAtRoot: StepFunction;
  readonly waitForMapRuns: StepFunction;
  readonly cancelStatements: StepFunction;
  readonly tellWhatHappened: StepFunction;
  private readonly permissions: StepPermissions;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: UpgradeStepsProps,
  ) {
    super(scope, id);
    const { options } = props;
    this.permissions = new StepPermissions(this, props.table, props.bucket, options, props.notifications);
    const trigger = {
      PIPELINE_TRIGGER: options.pipelineTrigger,
      CONSOLE_TOKEN_SECRET: options.consoleTokenSecret ?? '',
    };
    const reachConsole = options.consoleVpc === undefined ? {} : { network: options.consoleVpc };
    this.inspectAndPlan = this.step<typeof inspectAndPlan.environment>('inspect-and-plan', {
      PIPELINE_TRIGGER: options.pipelineTrigger,
      EXECUTION_POLICY: options.executionPolicy === undefined ? 'no' : 'yes',
      UDF_NAME: udfName(Stack.of(this).stackName),
    });
    this.prepareChangeSet = this.step<typeof prepareChangeSet.environment>('prepare-change-set', {});
    this.approvePlan = this.step<typeof approvePlan.environment>('approve-plan', {});
    this.takeLock = this.step<typeof takeLock.environment>('take-lock', {});
    this.proveFunctions = this.step<typeof proveFunctions.environment>('prove-functions', {});
    this.backUp = this.step<typeof backUp.environment>('back-up', {});
    this.upgradeConsole = this.step<typeof upgradeConsole.environment>(
      'upgrade-console',
      {},
      // CloudFormation acts as whoever executes the change set, where the stack has no service role.
      options.executionPolicy === undefined ? {} : { managedPolicy: options.executionPolicy },
    );
    this.listApps = this.step<typeof listApps.environment>('list-apps', {});
    this.setTimezones = this.step<typeof setTimezones.environment>('set-timezones', trigger, reachConsole);
    this.pauseProcessing = this.step<typeof pauseProcessing.environment>('pause-processing', {});
    this.upgradePipeline = this.step<typeof upgradePipeline.environment>('upgrade-pipeline', trigger, reachConsole);
    this.replaceInstances = this.step<typeof replaceInstances.environment>('replace-instances', {});
    this.scaleWarehouse = this.step<typeof scaleWarehouse.environment>('scale-warehouse', {});
    this.repairSchema = this.step<typeof repairSchema.environment>('repair-schema', {});
    this.waitForSchema = this.step<typeof waitForSchema.environment>('wait-for-schema', {});
    this.check = this.step<typeof check.environment>('check', {});
    this.migrateEvents = this.step<typeof migrateEvents.environment>('migrate-events', {});
    this.migrateUsers = this.step<typeof migrateUsers.environment>('migrate-users', {});
    this.migrateItems = this.step<typeof migrateItems.environment>('migrate-items', {});
    this.migrateSessions = this.step<typeof migrateSessions.environment>('migrate-sessions', {});
    this.refreshBaseView = this.step<typeof refreshBaseView.environment>('refresh-base-view', {});
    this.recalculateMetrics = this.step<typeof recalculateMetrics.environment>('recalculate-metrics', {});
    this.verifyParity = this.step<typeof verifyParity.environment>('verify-parity', {});
    this.cleanUp = this.step<typeof cleanUp.environment>('clean-up', {});
    this.resumeProcessing = this.step<typeof resumeProcessing.environment>('resume-processing', {});
    this.judgeChildren = this.step<typeof judgeChildren.environment>('judge-children', {});
    this.report = this.step<typeof report.environment>('report', {});
    this.releaseLock = this.step<typeof releaseLock.environment>('release-lock', {});
    this.lookAtRoot = this.step<typeof lookAtRoot.environment>('look-at-root', {});
    this.waitForMapRuns = this.step<typeof waitForMapRuns.environment>('wait-for-map-runs', {});
    this.cancelStatements = this.step<typeof cancelStatements.environment>('cancel-statements', {});
    this.tellWhatHappened = this.step<typeof tellWhatHappened.environment>('tell-what-happened', {
      TOPIC_ARN: props.notifications.topicArn,
    });
  }

  /** All of them, in no particular order. */
  get all(): StepFunction[] {
    return this.node.children.filter((child) => child instanceof StepFunction);
  }

  /** @param own what the step's environment has beside the common part; a schema that asks for more does not compile */
  private step<Schema extends z.ZodObject>(
    step: BudgetedStep,
    own: Omit<EnvironmentOf<Schema>, keyof CommonEnvironment>,
    more: Pick<StepFunctionProps<Schema>, 'network' | 'managedPolicy'> = {},
  ): StepFunction {
    const common: CommonEnvironment = {
      STATE_TABLE: this.props.table.tableName,
      PLAN_BUCKET: this.props.bucket.bucketName,
      HISTORY_PASSES: String(HISTORY_PASSES),
      HISTORY_PASSES_TO_LEAVE: String(passesToLeave(step)),
    };
    const environment = { ...common, ...(own as Record<string, string>) };
    return new StepFunction<z.ZodObject>(this, step, {
      step,
      environment,
      permissions: this.permissions.of(step),
      ...more,
    });
  }
}

type CommonEnvironment = Record<'STATE_TABLE' | 'PLAN_BUCKET' | 'HISTORY_PASSES' | 'HISTORY_PASSES_TO_LEAVE', string>;
