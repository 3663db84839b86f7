import { text } from '../../input';
import { notSimulated } from '../../not-simulated';
import { on, type ActionTable } from './action';

/** Source: Service Authorization Reference, "AWS Secrets Manager". */
export const secretsManagerActions: ActionTable = {
  GetSecretValue: on((call) => {
    const id = text(call, 'SecretId');
    // An ARN ends in characters that a name does not tell.
    if (!id.startsWith('arn:')) throw notSimulated('secretsmanager:GetSecretValue by a name');
    return id;
  }),
};
