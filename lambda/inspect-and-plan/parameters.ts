import type { Problem } from '../shared/errors';
import type { ConsolePlan } from '../shared/plan/console-plan';
import type { FoundConsole, FoundTemplate } from './world';

type Parameters = ConsolePlan['parameters'];

/**
 * Pure: where each parameter of the new template gets its value from. One that is left out of a change set takes the
 * template's default, not the value it has; one that the template does not know is refused by CloudFormation.
 * Source: CloudFormation API Reference, Parameter
 *
 * @param overrides values of the input
 */
export function planParameters(
  template: FoundTemplate,
  current: FoundConsole['parameters'],
  overrides: Record<string, string>,
): { parameters: Parameters; problems: Problem[] } {
  const problems: Problem[] = [];
  const parameters: Parameters = [];
  const refuse = (key: string, message: string): void => {
    problems.push({ path: `input.console.parameters.${key}`, message });
  };
  for (const key of Object.keys(overrides)) {
    if (!template.parameters.some((parameter) => parameter.key === key))
      refuse(key, 'is no parameter of the new template: leave it out');
  }
  for (const parameter of template.parameters) {
    const { key, hasDefault } = parameter;
    const [given, before] = [overrides[key], current[key]];
    if (given !== undefined) {
      const wrong = whatIsWrong(parameter, given);
      if (wrong !== undefined) refuse(key, wrong);
      parameters.push({ key, use: 'value', value: given });
    } else if (before !== undefined) {
      // NoEcho values read as asterisks.
      const wrong = parameter.noEcho ? undefined : notAllowed(parameter, before);
      if (wrong !== undefined)
        refuse(key, `has the value ${before} today, which the new template refuses: it ${wrong}`);
      parameters.push({ key, use: 'previous' });
    } else if (!hasDefault) {
      refuse(key, 'is new in this template and has no default: give it a value');
    }
  }
  return { parameters, problems };
}

type TemplateParameter = FoundTemplate['parameters'][number];

function whatIsWrong(parameter: TemplateParameter, value: string): string | undefined {
  const wrong = notAllowed(parameter, value);
  if (wrong !== undefined) return wrong;
  if (parameter.type === 'Number' && !/^-?\d+(?:\.\d+)?$/.test(value)) return 'must be a number';
  const rule = KNOWN_RULES[parameter.key];
  return rule === undefined || rule.pattern.test(value) ? undefined : rule.message;
}

function notAllowed({ allowedValues }: TemplateParameter, value: string): string | undefined {
  if (allowedValues.length === 0 || allowedValues.includes(value)) return undefined;
  return `must be one of ${allowedValues.join(', ')}`;
}

/**
 * GetTemplateSummary tells no patterns; these are the ones a newcomer meets. The others are checked by CloudFormation when
 * the change set is made, which still is before anything is changed.
 * Source: awslabs/clickstream-analytics-on-aws, src/common/parameters.ts
 */
const KNOWN_RULES: Record<string, { pattern: RegExp; message: string }> = {
  Email: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/, message: 'must be an e-mail address' },
  IamRolePrefix: { pattern: /^[A-Za-z0-9_-]{0,21}$/, message: 'must be 21 letters, digits, _ or - at most' },
  OIDCProvider: { pattern: /^https:\/\/\S+$/, message: 'must be the URL of the issuer, it begins with https://' },
};
