import { regionalArn } from '../../arns';
import { text } from '../../input';
import type { ServiceCall } from '../../service';
import { on, onEverything, type ActionTable } from './action';

/** Source: Service Authorization Reference, "Amazon EventBridge". */
export const eventsActions: ActionTable = {
  DescribeRule: on((call) => ruleArn(call, 'Name')),
  EnableRule: on((call) => ruleArn(call, 'Name')),
  DisableRule: on((call) => ruleArn(call, 'Name')),
  ListTargetsByRule: on((call) => ruleArn(call, 'Rule')),
  ListRules: onEverything,
};

/** Rules of another bus than the default one carry its name. */
function ruleArn(call: ServiceCall, member: string): string {
  const bus = text(call, 'EventBusName') || 'default';
  const path = bus === 'default' ? text(call, member) : `${bus}/${text(call, member)}`;
  return regionalArn('events', call.region, call.caller.accountId, `rule/${path}`);
}
