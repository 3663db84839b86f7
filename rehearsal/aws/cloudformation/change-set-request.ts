import { notSimulated, refuseOtherMembers } from '../not-simulated';
import type { ServiceCall } from '../service';
import { optionalText, requiredText, validationError } from './requests';
import { fetchTemplate } from './templates';
import { refuseMissingCapabilities, resolveParameters, type GivenParameter } from './template-parameters';
import type { SimulatedTemplate, TemplateCatalogue } from './stack-update';
import { refuseUpdate } from './stack-updates';
import type { SimulatedStack } from './stacks';

/** What CreateChangeSet asks for, every check that it makes at once already passed. */
export interface ChangeSetRequest {
  name: string;
  template: SimulatedTemplate;
  given: readonly GivenParameter[];
  parameters: Record<string, string>;
  capabilities: string[];
  description?: string;
  clientToken?: string;
}

/** A service role would stay the stack's for ever; other ways to name a template are not ours. */
const SIMULATED = [
  'StackName',
  'ChangeSetName',
  'ChangeSetType',
  'TemplateURL',
  'Parameters',
  'Capabilities',
  'ClientToken',
  'Description',
  'IncludeNestedStacks',
];

/**
 * Source: CloudFormation API Reference, CreateChangeSet
 *
 * @throws AwsError ValidationError, InsufficientCapabilitiesException
 */
export function changeSetRequest(
  call: ServiceCall,
  stack: SimulatedStack,
  templates: TemplateCatalogue,
): ChangeSetRequest {
  refuseOtherMembers(call, SIMULATED);
  const type = optionalText(call, 'ChangeSetType') ?? 'UPDATE';
  if (type !== 'UPDATE') throw notSimulated(`change sets of type ${type}`);
  if (call.input['IncludeNestedStacks'] === true) throw notSimulated('change sets with nested stacks');
  const name = requiredText(call, 'ChangeSetName');
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*`,
    );
  }
  refuseUpdate(stack);
  const template = fetchTemplate(templates, requiredText(call, 'TemplateURL'));
  const given = (call.input['Parameters'] ?? []) as GivenParameter[];
  const parameters = resolveParameters(template, stack, given);
  const capabilities = (call.input['Capabilities'] ?? []) as string[];
  refuseMissingCapabilities(template, capabilities);
  const [description, clientToken] = [optionalText(call, 'Description'), optionalText(call, 'ClientToken')];
  return {
    name,
    template,
    given,
    parameters,
    capabilities,
    ...(description === undefined ? {} : { description }),
    ...(clientToken === undefined ? {} : { clientToken }),
  };
}
