import { GetTemplateSummaryCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { consoleApiFunction, describeConsoleApi } from '../shared/solution/console';
import { stackPrefix } from '../shared/solution/pipeline-stacks';
import { allStacks, cloudFormation, findStack, parametersOf, stackResources } from '../shared/solution/stacks';
import { isAtLeast, parseVersion, versionText } from '../shared/versions';
import type { UpgradeInput } from './input';
import { publishedTemplate, variantOf } from './variant';
import type { FoundConsole, FoundTemplate } from './world';

/**
 * Finds the web console by what the solution itself writes down. Logical ids end in hashes that differ between releases, so
 * types and prefixes are looked for.
 * Source: awslabs/clickstream-analytics-on-aws, solution-info.ts, click-stream-api.ts, constant.ts
 *
 * @throws UpgradeError PlanRefused when there is none, or more than one to choose from
 */
export async function findConsole(region: string, stackName: string | undefined): Promise<FoundConsole> {
  const stack = await consoleStack(region, stackName);
  const name = stack.StackName ?? '';
  const resources = await stackResources(region, name);
  const api = consoleApiFunction(resources);
  if (api === undefined) {
    throw notFound(
      `Stack ${name} has no API function of the web console.`,
      'Name the stack of the web console in console.stackName.',
    );
  }
  const { environment } = await describeConsoleApi(region, api);
  const parameters = Object.fromEntries(parametersOf(stack));
  const variant = variantOf(environment, parameters);
  const [tableName = '', dictionary = ''] = ['CLICK_STREAM_TABLE_NAME', 'DICTIONARY_TABLE_NAME'].map(
    (key) => environment[key],
  );
  return {
    region,
    stackName: name,
    stackId: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    version: environment['FULL_SOLUTION_VERSION'] ?? versionIn(stack.Description) ?? '',
    ...(variant === undefined ? {} : { variant }),
    hasServiceRole: (stack.RoleARN ?? '') !== '',
    parameters,
    stackPrefix: stackPrefix(environment['IAM_ROLE_PREFIX']),
    apiFunction: api,
    metadataTable: tableName,
    metadataIndex: environment['PREFIX_TIME_GSI_NAME'] ?? 'prefix-time-index',
    dictionaryTable: dictionary,
    tables: resources.filter(({ type }) => type === 'AWS::DynamoDB::Table').map(({ physicalId }) => physicalId),
    url: stack.Outputs?.find(({ OutputKey: key }) => key === 'ControlPlaneURL')?.OutputValue ?? '',
    behindLoadBalancer: environment['WITH_AUTH_MIDDLEWARE'] === 'true' || (parameters['VpcId'] ?? '') !== '',
  };
}

/** Behind CloudFront the description ends so; behind a load balancer ` within VPC (Public)` or ` (Private)` follows. */
const CONSOLE = /^\(SO0219\)\s.*Control Plane/;

async function consoleStack(region: string, stackName: string | undefined): Promise<Stack> {
  if (stackName !== undefined) {
    const stack = await findStack(region, stackName);
    if (stack !== undefined) return stack;
    throw notFound(`There is no stack ${stackName} in this region.`, 'Correct console.stackName in the input.');
  }
  const found = (await allStacks(region)).filter(
    ({ Description: text, ParentId: parent }) => parent === undefined && CONSOLE.test(text ?? ''),
  );
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw notFound(
    only === undefined
      ? 'No stack of this region says that it is the web console of Clickstream Analytics on AWS.'
      : `Several stacks say that they are the web console: ${found.map((stack) => stack.StackName ?? '').join(', ')}.`,
    'Start an execution in the region of the web console, and name its stack in console.stackName.',
  );
}

/** The template to upgrade with, if the input or the target release wants one. */
export async function findTemplate(
  console: FoundConsole,
  { targetVersion, templateUrl }: UpgradeInput['console'],
): Promise<FoundTemplate | undefined> {
  const url = templateUrl ?? templateOf(console, targetVersion);
  if (url === undefined) return undefined;
  const nothing = { url, capabilities: [], parameters: [] };
  try {
    const summary = await cloudFormation(console.region).send(new GetTemplateSummaryCommand({ TemplateURL: url }));
    const version = versionIn(summary.Description);
    return {
      url,
      ...(version === undefined ? {} : { version }),
      capabilities: summary.Capabilities ?? [],
      parameters: (summary.Parameters ?? []).map((parameter) => ({
        key: parameter.ParameterKey ?? '',
        type: parameter.ParameterType ?? 'String',
        hasDefault: parameter.DefaultValue !== undefined,
        noEcho: parameter.NoEcho ?? false,
        allowedValues: parameter.ParameterConstraints?.AllowedValues ?? [],
      })),
    };
  } catch (error) {
    // Whatever is wrong with URL, object or text. Source: CloudFormation API Reference, GetTemplateSummary, CommonErrors
    if (error instanceof Error && error.name === 'ValidationError') return { ...nothing, error: error.message };
    throw error;
  }
}

function templateOf(
  { version, variant, stackId }: FoundConsole,
  targetVersion: string | undefined,
): string | undefined {
  const [current, target] = [parseVersion(version), parseVersion(targetVersion ?? '')];
  if (target === undefined || variant === undefined) return undefined;
  const isThere = current !== undefined && isAtLeast(current, `${target.major}.${target.minor}.${target.micro}`);
  return isThere ? undefined : publishedTemplate(variant, versionText(target), stackId.split(':')[1] ?? 'aws');
}

function versionIn(description: string | undefined): string | undefined {
  return /Version\s*(v[\w.-]+)/.exec(description ?? '')?.[1];
}

function notFound(why: string, next: string): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.PlanRefused,
    what: 'The web console was not found.',
    why,
    next,
    redrive: 'no',
    ids: {},
  });
}
