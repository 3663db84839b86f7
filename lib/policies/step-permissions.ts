import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { DeploymentOptions } from '../deployment-options';
import type { BudgetedStep } from '../workflow/history-budget';
import { backUpPermissions } from './backup';
import { scaleWarehousePermissions } from './capacity';
import { prepareChangeSetPermissions, upgradeConsolePermissions } from './console';
import { discoverPermissions } from './discover';
import { approvePlanPermissions, takeLockPermissions } from './gate';
import {
  cancelStatementsPermissions,
  lookAtRoots,
  lookAtStacks,
  notifyPermissions,
  type NotificationArns,
  tellPermissions,
  waitForMapRunsPermissions,
} from './guardian';
import { replaceInstancesPermissions } from './ingestion';
import { askGuard, commonPermissions, readAll, readMapRuns, writeObjects } from './own';
import type { Permission } from './permission';
import { setTimezonesPermissions, upgradePipelinePermissions } from './pipeline';
import { pauseProcessingPermissions, resumeProcessingPermissions } from './processing';
import { followRefreshes, recalculatePermissions } from './recalculate';
import { lookAtWarehouseStacks, startSchemaPermissions, waitForSchemaPermissions } from './schema';
import { associateRolePermissions, copySchemaList, findUdfPermissions } from './udf';
import { describeWorkgroups, useWarehouse } from './warehouse';

/** What each step may do: a role a step, each capability a function of this folder. */
export class StepPermissions {
  constructor(
    private readonly scope: Construct,
    private readonly table: ITable,
    private readonly bucket: IBucket,
    private readonly options: DeploymentOptions,
    private readonly notifications: NotificationArns,
  ) {}

  of(step: BudgetedStep): Permission[] {
    return [...commonPermissions(this.table, this.bucket), ...askGuard(this.scope, step), ...this.own(step)];
  }

  private own(step: BudgetedStep): Permission[] {
    const { scope, bucket, options } = this;
    const { templateBuckets } = options;
    const trigger = { trigger: options.pipelineTrigger, tokenSecretArn: options.consoleTokenSecret };
    const warehouse = useWarehouse(scope, options.dataApiRoles);
    switch (step) {
      case 'inspect-and-plan':
        return [
          ...writeObjects(bucket),
          ...discoverPermissions(scope, templateBuckets),
          ...describeWorkgroups(scope),
          ...findUdfPermissions(scope),
          ...warehouse,
        ];
      case 'prepare-change-set':
        return [...writeObjects(bucket), ...prepareChangeSetPermissions(scope, { templateBuckets })];
      case 'approve-plan':
        return [...writeObjects(bucket), ...approvePlanPermissions()];
      case 'take-lock':
        return takeLockPermissions(scope);
      case 'prove-functions':
        return [...lookAtWarehouseStacks(scope), ...associateRolePermissions(scope), ...warehouse];
      case 'repair-schema':
        return [
          ...startSchemaPermissions(scope),
          ...associateRolePermissions(scope),
          ...copySchemaList(scope),
          ...warehouse,
        ];
      case 'back-up':
        return backUpPermissions(scope);
      case 'upgrade-console':
        return upgradeConsolePermissions(scope, { templateBuckets });
      case 'set-timezones':
        return setTimezonesPermissions(scope, trigger);
      case 'pause-processing':
        return pauseProcessingPermissions(scope);
      case 'resume-processing':
        return [...resumeProcessingPermissions(scope), ...lookAtStacks(scope)];
      case 'upgrade-pipeline':
        return upgradePipelinePermissions(scope, trigger);
      case 'replace-instances':
        return replaceInstancesPermissions(scope);
      case 'scale-warehouse':
        return scaleWarehousePermissions(scope, options.dataApiRoles);
      case 'wait-for-schema':
        return [...waitForSchemaPermissions(scope), ...warehouse];
      case 'check':
        return [...describeWorkgroups(scope), ...warehouse, ...followRefreshes(scope)];
      case 'recalculate-metrics':
        return [...recalculatePermissions(scope), ...warehouse];
      case 'migrate-events':
      case 'migrate-users':
      case 'migrate-items':
      case 'migrate-sessions':
      case 'refresh-base-view':
      case 'verify-parity':
        return [...warehouse, ...followRefreshes(scope)];
      case 'clean-up':
        return warehouse;
      case 'judge-children':
        return [...writeObjects(bucket), ...readMapRuns(scope)];
      case 'report':
        return [...readAll(this.table), ...writeObjects(bucket), ...warehouse];
      case 'look-at-root':
        return lookAtRoots(scope);
      case 'wait-for-map-runs':
        return [...lookAtRoots(scope), ...waitForMapRunsPermissions(scope)];
      case 'cancel-statements':
        return cancelStatementsPermissions(scope, options.dataApiRoles);
      case 'tell-what-happened':
        return [...lookAtRoots(scope), ...tellPermissions(scope), ...notifyPermissions(this.notifications)];
      case 'list-apps':
      case 'release-lock':
        return [];
    }
  }
}
