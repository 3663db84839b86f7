import { text } from '../../input';
import { on, type ActionTable } from './action';

/** Source: Service Authorization Reference, "Amazon SNS". */
export const snsActions: ActionTable = {
  Publish: on((call) => text(call, 'TopicArn')),
};
