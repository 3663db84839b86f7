import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { stackResources, type StackResource } from './stacks';
import { perRegion } from '../per-region';
import { guarded } from '../guard/guard';

/** The console's API function, whose environment tells versions, tables and prefixes. */
export interface ConsoleApi {
  functionName: string;
  environment: Record<string, string>;
}

/** One client a region, for the life of the Lambda environment. */
const lambdaClient = perRegion((region) => guarded(new LambdaClient({ region })));

/** The API function of a console's stack; undefined when the stack has none. */
export async function consoleApi(region: string, stackName: string): Promise<ConsoleApi | undefined> {
  const functionName = consoleApiFunction(await stackResources(region, stackName));
  return functionName === undefined ? undefined : describeConsoleApi(region, functionName);
}

/**
 * Name of the API function among a console's resources. In 1.0.x its logical id was another one.
 * Source: awslabs/clickstream-analytics-on-aws, click-stream-api.ts
 */
export function consoleApiFunction(resources: readonly StackResource[]): string | undefined {
  return resources.find(
    ({ type, logicalId }) =>
      type === 'AWS::Lambda::Function' && /^ClickStreamApi(?:ClickStreamApi|Api)Function/.test(logicalId),
  )?.physicalId;
}

/** The API function as it is configured now. */
export async function describeConsoleApi(region: string, functionName: string): Promise<ConsoleApi> {
  const { Environment: environment } = await lambdaClient(region).send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  return { functionName, environment: environment?.Variables ?? {} };
}
