import type { DeployedRole, PolicyDocument } from './deployment';
import { isRecord, TemplateError } from './intrinsics';
import { managedPolicy } from './managed-policies';
import type { TemplateResource } from './resources';

/**
 * The roles of a template with every policy that ends up on them: inline, AWS::IAM::Policy, AWS::IAM::RolePolicy,
 * AWS::IAM::ManagedPolicy and those of AWS. A managed policy whose document is not known is an error.
 */
export function readRoles(resources: TemplateResource[]): DeployedRole[] {
  const customerManaged = new Map<string, { name: string; document: PolicyDocument }>();
  const attachments: { roleNames: string[]; policy: { name: string; document: PolicyDocument } }[] = [];
  for (const { type, logicalId, properties, identity } of resources) {
    switch (type) {
      case 'AWS::IAM::Policy':
      case 'AWS::IAM::RolePolicy': {
        const roleNames = type === 'AWS::IAM::Policy' ? properties.texts('Roles') : [properties.text('RoleName')];
        const document = policyDocument(properties.record('PolicyDocument'), `${properties.path}.PolicyDocument`);
        attachments.push({ roleNames, policy: { name: properties.text('PolicyName', logicalId), document } });
        properties.refuseOthers();
        break;
      }
      case 'AWS::IAM::ManagedPolicy': {
        const document = policyDocument(properties.record('PolicyDocument'), `${properties.path}.PolicyDocument`);
        const policy = { name: identity?.name ?? logicalId, document };
        customerManaged.set(identity?.arn ?? logicalId, policy);
        attachments.push({ roleNames: properties.texts('Roles'), policy });
        properties.letPass('ManagedPolicyName', 'Description', 'Path');
        properties.refuseOthers();
        break;
      }
    }
  }
  return resources.flatMap(({ type, logicalId, properties, identity }) => {
    if (type !== 'AWS::IAM::Role' || identity === undefined) return [];
    const inline = properties.records('Policies').map((policy, index) => ({
      name: String(policy['PolicyName']),
      document: policyDocument(policy['PolicyDocument'], `${properties.path}.Policies[${index}].PolicyDocument`),
    }));
    const managed = properties.texts('ManagedPolicyArns').map((arn, index) => {
      const policy = customerManaged.get(arn) ?? managedPolicy(arn);
      if (policy !== undefined) return policy;
      throw new TemplateError(`${properties.path}.ManagedPolicyArns[${index}]`, `the document of ${arn} is not known`);
    });
    const attached = attachments
      .filter(({ roleNames }) => roleNames.includes(identity.name))
      .map(({ policy }) => policy);
    const trustPolicy = policyDocument(
      properties.record('AssumeRolePolicyDocument'),
      `${properties.path}.AssumeRolePolicyDocument`,
    );
    properties.letPass('RoleName', 'Path', 'Description', 'MaxSessionDuration', 'Tags');
    properties.refuseOthers();
    return [
      {
        logicalId,
        name: identity.name,
        arn: identity.arn,
        trustPolicy,
        policies: [...new Set([...inline, ...managed, ...attached])],
      },
    ];
  });
}

/** @throws TemplateError where it is none */
export function policyDocument(value: unknown, path: string): PolicyDocument {
  const statements = isRecord(value) ? value['Statement'] : undefined;
  const list: unknown[] = Array.isArray(statements) ? statements : [statements];
  if (!isRecord(value) || !list.every(isRecord)) throw new TemplateError(path, 'a policy document expected');
  return { Version: typeof value['Version'] === 'string' ? value['Version'] : '2008-10-17', Statement: list };
}
