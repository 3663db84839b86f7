import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type * as check from '../lambda/check/schema';
import type * as inspectAndPlan from '../lambda/inspect-and-plan/schema';
import type * as judgeChildren from '../lambda/judge-children/schema';
import type * as listApps from '../lambda/list-apps/schema';
import type * as migrateEvents from '../lambda/migrate-events/schema';
import type * as migrateItems from '../lambda/migrate-items/schema';
import type * as migrateSessions from '../lambda/migrate-sessions/schema';
import type * as migrateUsers from '../lambda/migrate-users/schema';
import type * as recalculateMetrics from '../lambda/recalculate-metrics/schema';
import type * as refreshBaseView from '../lambda/refresh-base-view/schema';
import type * as report from '../lambda/report/schema';
import type * as verifyParity from '../lambda/verify-parity/schema';
import { StepFunction, type EnvironmentOf } from './step-function';
import { StepPolicies, type Permission } from './step-policies';
import { HISTORY_PASSES, passesToLeave, type BudgetedStep } from './workflow/history-budget';

export interface UpgradeStepsProps {
  table: ITable;
  bucket: IBucket;
  /** ARNs of Data API roles that do not follow the solution's names. */
  dataApiRoles: readonly string[];
}

/** The Lambda of every step, with what each may do. */
export class UpgradeSteps extends Construct {
  readonly inspectAndPlan: StepFunction;
  readonly listApps: StepFunction;
  readonly check: StepFunction;
  readonly migrateEvents: StepFunction;
  readonly migrateUsers: StepFunction;
  readonly migrateItems: StepFunction;
  readonly migrateSessions: StepFunction;
  readonly refreshBaseView: StepFunction;
  readonly recalculateMetrics: StepFunction;
  readonly verifyParity: StepFunction;
  readonly judgeChildren: StepFunction;
  readonly report: StepFunction;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: UpgradeStepsProps,
  ) {
    super(scope, id);
    const may = new StepPolicies(this, props.table, props.bucket, props.dataApiRoles);
    const warehouse = may.useWarehouse();
    this.inspectAndPlan = this.step<typeof inspectAndPlan.environment>('inspect-and-plan', [
      ...may.common(),
      ...may.writeObjects(),
      ...may.discover(),
      ...may.describeWorkgroups(),
      ...warehouse,
    ]);
    this.listApps = this.step<typeof listApps.environment>('list-apps', may.common());
    this.check = this.step<typeof check.environment>('check', [
      ...may.common(),
      ...may.describeWorkgroups(),
      ...warehouse,
    ]);
    this.migrateEvents = this.step<typeof migrateEvents.environment>('migrate-events', [...may.common(), ...warehouse]);
    this.migrateUsers = this.step<typeof migrateUsers.environment>('migrate-users', [...may.common(), ...warehouse]);
    this.migrateItems = this.step<typeof migrateItems.environment>('migrate-items', [...may.common(), ...warehouse]);
    this.migrateSessions = this.step<typeof migrateSessions.environment>('migrate-sessions', [
      ...may.common(),
      ...warehouse,
    ]);
    this.refreshBaseView = this.step<typeof refreshBaseView.environment>('refresh-base-view', [
      ...may.common(),
      ...warehouse,
    ]);
    this.recalculateMetrics = this.step<typeof recalculateMetrics.environment>('recalculate-metrics', [
      ...may.common(),
      ...may.runRefreshWorkflow(),
      ...warehouse,
    ]);
    this.verifyParity = this.step<typeof verifyParity.environment>('verify-parity', [...may.common(), ...warehouse]);
    this.judgeChildren = this.step<typeof judgeChildren.environment>('judge-children', [
      ...may.common(),
      ...may.writeObjects(),
      ...may.readMapRuns(),
    ]);
    this.report = this.step<typeof report.environment>('report', [...may.common(), ...may.writeObjects()]);
  }

  /** All of them, in no particular order. */
  get all(): StepFunction[] {
    return this.node.children.filter((child) => child instanceof StepFunction);
  }

  /** A step whose environment is the common one; a schema that asks for more does not compile here. */
  private step<Schema extends z.ZodObject>(
    name: CommonEnvironment extends EnvironmentOf<Schema> ? BudgetedStep : never,
    permissions: Permission[],
  ): StepFunction {
    const environment: CommonEnvironment = {
      STATE_TABLE: this.props.table.tableName,
      PLAN_BUCKET: this.props.bucket.bucketName,
      HISTORY_PASSES: String(HISTORY_PASSES),
      HISTORY_PASSES_TO_LEAVE: String(passesToLeave(name)),
    };
    return new StepFunction<z.ZodObject>(this, name, { step: name, environment, permissions });
  }
}

type CommonEnvironment = Record<'STATE_TABLE' | 'PLAN_BUCKET' | 'HISTORY_PASSES' | 'HISTORY_PASSES_TO_LEAVE', string>;
