/** A simulated AWS service behind the one HTTP door (`door.ts`). */
export interface SimulatedService {
  /** SigV4 signing name by which the door routes, for example `redshift-data` or `states`. */
  readonly signingName: string;
  /** Answers one call, or throws an `AwsError`. Output has the shape of the SDK's output type. */
  handle(call: ServiceCall): Promise<Record<string, unknown>>;
}

export interface ServiceCall {
  service: string;
  /** Operation name as in the API, for example `ExecuteStatement`. */
  operation: string;
  region: string;
  /** Decoded input, with the SDK's member names. */
  input: Record<string, unknown>;
  caller: Caller;
}

/** Who signed the request. */
export interface Caller {
  accountId: string;
  /** ARN of the IAM role behind the credentials. */
  roleArn: string;
  sessionName: string;
  accessKeyId: string;
}

/** An error a real service would answer: name, message and HTTP status as AWS has them. */
export class AwsError extends Error {
  override readonly name: string;
  constructor(
    name: string,
    message: string,
    readonly httpStatus = 400,
    /** Further members of the error's shape, for example `StatementId`. */
    readonly members: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = name;
  }
}
