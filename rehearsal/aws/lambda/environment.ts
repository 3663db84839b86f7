import type { DeployedFunction } from '../../template/deployment';

/** Credentials of a role's session, as the embedded account hands them to a function. */
export interface FunctionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/**
 * Environment of a function: its own variables and what the Lambda service sets; nothing of the host's.
 * Source: Lambda Developer Guide, configuration-envvars (defined runtime environment variables)
 * @param endpointUrl the embedded account's door; the SDK sends every call there
 */
export function functionEnvironment(
  fn: DeployedFunction,
  region: string,
  endpointUrl: string,
  credentials: FunctionCredentials,
): Record<string, string> {
  return {
    ...fn.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL: endpointUrl,
    // Neither the host's profile nor its instance metadata may answer for the function.
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    LAMBDA_TASK_ROOT: fn.assetDirectory,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    _HANDLER: fn.handler,
  };
}

/** One stream for all: a rehearsal does not deliver logs by environment. */
export const LOG_STREAM = 'rehearsal/[$LATEST]00000000000000000000000000000000';
