import { createHash } from 'node:crypto';
import { partitionOf } from '../arns';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';

/** A function the Lambda API can describe: ours, or the solution's own. */
export interface RegisteredFunction {
  name: string;
  arn: string;
  runtime: string;
  handler: string;
  roleArn: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  description?: string;
  lastModifiedMs?: number;
  tags?: Record<string, string>;
}

/**
 * The read-only part of the Lambda API, over functions that were registered.
 * Everything else is refused: functions are invoked by the state machine, through `LambdaRuntime`.
 * Source: Lambda API Reference, GetFunctionConfiguration, GetFunction
 */
export class LambdaApi implements SimulatedService {
  readonly signingName = 'lambda';
  private readonly functions = new Map<string, RegisteredFunction>();

  /** Adds a function, or replaces it (an upgraded console has another environment under the same name). */
  register(fn: RegisteredFunction): void {
    this.functions.set(fn.arn, fn);
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    const { operation, input, region, caller } = call;
    switch (operation) {
      case 'GetFunctionConfiguration':
        refuseOtherMembers(call, ['FunctionName']);
        return configurationOf(this.find(input['FunctionName'], region, caller.accountId));
      case 'GetFunction': {
        refuseOtherMembers(call, ['FunctionName']);
        const fn = this.find(input['FunctionName'], region, caller.accountId);
        return {
          Configuration: configurationOf(fn),
          Code: { RepositoryType: 'S3', Location: `https://awslambda-${region}-tasks.invalid/${fn.name}` },
          ...(fn.tags === undefined ? {} : { Tags: fn.tags }),
        };
      }
      default:
        throw notSimulated(`lambda:${operation}`);
    }
  }

  private find(nameOrArn: unknown, region: string, accountId: string): RegisteredFunction {
    // A name, a partial ARN (account:function:name) or an ARN, each with an optional qualifier.
    const form =
      /^(?:arn:(aws[a-z-]*):lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9_-]+)(?::(\$LATEST|[a-zA-Z0-9_-]+))?$/;
    const parts = typeof nameOrArn === 'string' ? form.exec(nameOrArn) : null;
    if (parts === null) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${String(nameOrArn)}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern`,
      );
    }
    const [, , arnRegion, account = accountId, name = '', qualifier] = parts;
    if (arnRegion !== undefined && arnRegion !== region) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Functions from '${arnRegion}' are not reachable in this region ('${region}')`,
        404,
        {
          Type: 'User',
        },
      );
    }
    const found = [...this.functions.values()].find((fn) => {
      const [, , , fnRegion, fnAccount] = fn.arn.split(':');
      return fn.name === name && fnRegion === region && fnAccount === account;
    });
    const hasQualifier = qualifier !== undefined && qualifier !== '$LATEST';
    if (found !== undefined && !hasQualifier) return found;
    const arn = `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}`;
    const wanted = hasQualifier ? `${arn}:${qualifier}` : arn;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${wanted}`, 404, { Type: 'User' });
  }
}

function configurationOf(fn: RegisteredFunction): Record<string, unknown> {
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Runtime: fn.runtime,
    Role: fn.roleArn,
    Handler: fn.handler,
    CodeSize: 1,
    Description: fn.description ?? '',
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMb,
    LastModified: new Date(fn.lastModifiedMs ?? 0).toISOString().replace('Z', '+0000'),
    CodeSha256: createHash('sha256').update(fn.arn).digest('base64'),
    Version: '$LATEST',
    Environment: { Variables: fn.environment },
    TracingConfig: { Mode: 'PassThrough' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: ['arm64'],
  };
}
