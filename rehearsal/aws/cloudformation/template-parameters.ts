import { AwsError } from '../service';
import { validationError } from './requests';
import type { SimulatedTemplate, TemplateParameter } from './stack-update';
import type { SimulatedStack } from './stacks';

/** A parameter as a request gives it. Source: CloudFormation API Reference, Parameter */
export interface GivenParameter {
  ParameterKey?: string;
  ParameterValue?: string;
  UsePreviousValue?: boolean;
}

/**
 * Values that a template gets in an update: what is given, what the stack has, and the template's own default for what
 * the request leaves out. NoEcho values stay the asterisks that the stack shows.
 * Source: CloudFormation API Reference, Parameter (ParameterKey, UsePreviousValue)
 *
 * @throws AwsError ValidationError in CloudFormation's words
 */
export function resolveParameters(
  template: SimulatedTemplate,
  stack: SimulatedStack,
  given: readonly GivenParameter[],
): Record<string, string> {
  const known = new Map(template.parameters.map((parameter) => [parameter.key, parameter]));
  const unknown = given.map(({ ParameterKey: key = '' }) => key).filter((key) => !known.has(key));
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const keys = given.map(({ ParameterKey: key }) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  if (twice.length > 0) throw validationError(`Parameters: [${twice.join(', ')}] are duplicated`);

  const values: Record<string, string> = {};
  for (const parameter of given) {
    const { ParameterKey: key = '', ParameterValue: value, UsePreviousValue: previous = false } = parameter;
    if (previous && value !== undefined) {
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and also specify a parameter value`,
      );
    }
    if (previous && stack.parameters[key] === undefined) {
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }
    const chosen = previous ? stack.parameters[key] : value;
    if (chosen === undefined) {
      throw validationError(
        `Invalid input for parameter key ${key}. Either a value or usePreviousValue must be specified`,
      );
    }
    values[key] = chosen;
  }
  for (const { key, defaultValue } of template.parameters) {
    if (values[key] === undefined && defaultValue !== undefined) values[key] = defaultValue;
  }
  const missing = template.parameters.filter(({ key }) => values[key] === undefined).map(({ key }) => key);
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  for (const parameter of template.parameters) refuseValue(parameter, values[parameter.key] ?? '');
  return values;
}

function refuseValue({ key, allowedValues, allowedPattern, noEcho }: TemplateParameter, value: string): void {
  if (allowedValues !== undefined && !allowedValues.includes(value)) {
    throw validationError(`Parameter '${key}' must be one of AllowedValues`);
  }
  // What stands behind the asterisks of a NoEcho value was checked when it was given.
  if (noEcho === true || allowedPattern === undefined) return;
  if (!new RegExp(`^(?:${allowedPattern})$`).test(value)) {
    throw validationError(`Parameter '${key}' must match pattern ${allowedPattern}`);
  }
}

/**
 * CAPABILITY_NAMED_IAM stands for CAPABILITY_IAM as well.
 * Source: CloudFormation API Reference, CreateChangeSet (Capabilities)
 *
 * @throws AwsError InsufficientCapabilitiesException
 */
export function refuseMissingCapabilities(template: SimulatedTemplate, given: readonly string[]): void {
  const granted = new Set(
    given.flatMap((name) => (name === 'CAPABILITY_NAMED_IAM' ? [name, 'CAPABILITY_IAM'] : [name])),
  );
  const missing = template.capabilities.filter((name) => !granted.has(name));
  if (missing.length === 0) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}

/** Parameters as a stack shows them. */
export function shownParameters(
  template: SimulatedTemplate,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const hidden = new Set(template.parameters.filter(({ noEcho }) => noEcho === true).map(({ key }) => key));
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, hidden.has(key) ? '****' : value]));
}
