import { text } from '../../input';
import { regionalArn } from '../../arns';
import type { ServiceCall } from '../../service';
import { on, onEverything, type ActionTable } from './action';

/** Source: Service Authorization Reference, "AWS Lambda". */
export const lambdaActions: ActionTable = {
  Invoke: (call) => [{ action: 'lambda:InvokeFunction', resource: functionArn(call) }],
  GetFunction: on(functionArn),
  GetFunctionConfiguration: on(functionArn),
  GetAccountSettings: onEverything,
  ListFunctions: onEverything,
  ListTags: on((call) => text(call, 'Resource')),
};

/** Functions are named by name, partial ARN or ARN, each with or without a qualifier. Source: Lambda API Reference, Invoke. */
function functionArn(call: ServiceCall): string {
  const given = text(call, 'FunctionName');
  const [, name = given, embedded] = /^(?:arn:.+:function:|\d{12}:function:)?([\w-]+)(?::(.+))?$/.exec(given) ?? [];
  const qualifier = embedded ?? text(call, 'Qualifier');
  const arn = regionalArn('lambda', call.region, call.caller.accountId, `function:${name}`);
  return qualifier === '' ? arn : `${arn}:${qualifier}`;
}
