import { regionalArn } from '../../arns';
import { text } from '../../input';
import { onEverything, type ActionTable } from './action';

/** Source: Service Authorization Reference, "AWS Application Auto Scaling". */
export const applicationAutoscalingActions: ActionTable = {
  DescribeScalableTargets: onEverything,
  // ARNs of scalable targets end in an id of their own, not in the name of what is scaled.
  RegisterScalableTarget: (call) => [
    {
      action: 'application-autoscaling:RegisterScalableTarget',
      resource: regionalArn('application-autoscaling', call.region, call.caller.accountId, 'scalable-target/*'),
      context: {
        'application-autoscaling:service-namespace': text(call, 'ServiceNamespace'),
        'application-autoscaling:scalable-dimension': text(call, 'ScalableDimension'),
      },
    },
  ],
};
