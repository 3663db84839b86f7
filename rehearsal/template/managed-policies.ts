import type { PolicyDocument } from './deployment';

/**
 * Documents of the AWS managed policies our templates attach, by the ARN's part after `policy/`.
 * Source: AWS Managed Policy Reference Guide, AWSLambdaBasicExecutionRole
 */
const MANAGED_POLICIES: Record<string, PolicyDocument> = {
  'service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
    ],
  },
};

/**
 * Document of an AWS managed policy, or undefined when the rehearsal does not know it.
 * @param arn arn:partition:iam::aws:policy/path/name
 */
export function managedPolicy(arn: string): { name: string; document: PolicyDocument } | undefined {
  const name = /^arn:aws(?:-cn)?:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  const document = name === undefined ? undefined : MANAGED_POLICIES[name];
  return name === undefined || document === undefined ? undefined : { name, document };
}
