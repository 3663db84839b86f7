import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Acknowledges, with its reason, each resource with a wildcard in the policies below a construct. Rules name a finding by
 * the resource as the template has it, so what is not written down here, word for word, still is a finding.
 */
export function acknowledgeWildcards(scope: Construct, resources: readonly string[], reason: string): void {
  for (const resource of resources.filter((name) => name.includes('*'))) {
    const written = flattened(Stack.of(scope).resolve(resource));
    Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${written}]`, reason });
  }
}

/** A resolved ARN in one line, references in angle brackets, as cdk-nag writes it. */
function flattened(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, argument] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  switch (key) {
    case 'Fn::Join':
      return (argument as [string, unknown[]])[1].map(flattened).join((argument as [string, unknown[]])[0]);
    case 'Ref':
      return `<${String(argument)}>`;
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    default:
      return JSON.stringify(value);
  }
}
