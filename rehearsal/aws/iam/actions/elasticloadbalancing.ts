import { onEverything, type ActionTable } from './action';

/** Source: Service Authorization Reference, "AWS Elastic Load Balancing V2". */
export const elasticloadbalancingActions: ActionTable = {
  DescribeTargetHealth: onEverything,
};
