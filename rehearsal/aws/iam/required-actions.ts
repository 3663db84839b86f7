import { notSimulated } from '../not-simulated';
import type { ServiceCall } from '../service';
import type { ActionTable, RequiredAction, ResourceDirectory } from './actions/action';
import { applicationAutoscalingActions } from './actions/application-autoscaling';
import { autoscalingActions } from './actions/autoscaling';
import { cloudformationActions } from './actions/cloudformation';
import { dynamodbActions } from './actions/dynamodb';
import { emrServerlessActions } from './actions/emr-serverless';
import { eventsActions } from './actions/events';
import { ecsActions } from './actions/ecs';
import { elasticloadbalancingActions } from './actions/elasticloadbalancing';
import { lambdaActions } from './actions/lambda';
import { redshiftActions } from './actions/redshift';
import { redshiftDataActions } from './actions/redshift-data';
import { redshiftServerlessActions } from './actions/redshift-serverless';
import { s3Actions } from './actions/s3';
import { secretsManagerActions } from './actions/secretsmanager';
import { snsActions } from './actions/sns';
import { statesActions } from './actions/states';
import { stsActions } from './actions/sts';

/** By signing name. */
export const ACTION_TABLES: Readonly<Record<string, ActionTable>> = {
  'application-autoscaling': applicationAutoscalingActions,
  autoscaling: autoscalingActions,
  cloudformation: cloudformationActions,
  dynamodb: dynamodbActions,
  ecs: ecsActions,
  elasticloadbalancing: elasticloadbalancingActions,
  'emr-serverless': emrServerlessActions,
  events: eventsActions,
  lambda: lambdaActions,
  redshift: redshiftActions,
  'redshift-data': redshiftDataActions,
  'redshift-serverless': redshiftServerlessActions,
  s3: s3Actions,
  secretsmanager: secretsManagerActions,
  sns: snsActions,
  states: statesActions,
  sts: stsActions,
};

/**
 * The permissions a call needs.
 *
 * @throws AwsError `RehearsalNotSimulated` when nobody has said yet what the operation needs
 */
export function requiredActions(call: ServiceCall, directory: ResourceDirectory): RequiredAction[] {
  const rule = ACTION_TABLES[call.service]?.[call.operation];
  if (rule === undefined) throw notSimulated(`the permissions of ${call.service}:${call.operation}`);
  return rule(call, directory);
}
