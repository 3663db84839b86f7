/** Where our own memory is: what is written there is no act. */
export interface Memory {
  /** State table and plan bucket, by name. */
  table: string | undefined;
  bucket: string | undefined;
}

/** Verbs of calls that change nothing, whatever the service. All others act: a verb that nobody thought of is guarded. */
const READING_VERBS = /^(?:BatchGet|Describe|Get|Head|List|Query|Scan)(?=[A-Z]|$)/;

/**
 * Pure: does a call change anything outside our own memory?
 *
 * @param command the SDK's name, for example `UpdateWorkgroupCommand`
 */
export function isAct(command: string, input: Readonly<Record<string, unknown>>, memory: Memory): boolean {
  const name = command.replace(/Command$/, '');
  if (READING_VERBS.test(name)) return false;
  switch (name) {
    // Gives credentials; what they are used for is looked at when it is done.
    case 'AssumeRole':
    // Answers a Task of our own machine.
    case 'SendTaskSuccess':
    case 'SendTaskFailure':
    case 'SendTaskHeartbeat':
      return false;
    case 'PutItem':
      return input['TableName'] === undefined || input['TableName'] !== memory.table;
    case 'PutObject':
      return input['Bucket'] === undefined || input['Bucket'] !== memory.bucket;
    case 'ExecuteStatement':
      return !isReadingSql(input['Sql']);
    case 'BatchExecuteStatement': {
      const sqls: unknown = input['Sqls'];
      return !(Array.isArray(sqls) && sqls.length > 0 && sqls.every(isReadingSql));
    }
    case 'Invoke':
      return requestMethod(input['Payload']) !== 'GET';
    default:
      return true;
  }
}

/** What stands before a statement's first word. */
const LEADING_COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

/** What a query looks for in a log is not what it does. */
const LITERALS = /'(?:[^']|'')*'/g;

/** Words by which a query changes something after all, wherever they stand: in doubt it is guarded. */
const ACTING_WORDS = /\b(?:insert|update|delete|merge|into|pg_cancel_backend|pg_terminate_backend)\b/i;

/** Pure: a query, by its text: nothing that could be forgotten where it is sent. */
export function isReadingSql(sql: unknown): boolean {
  if (typeof sql !== 'string') return false;
  const text = sql.replace(LEADING_COMMENTS, '').replace(LITERALS, "''");
  return /^(?:select|with|show)\b/i.test(text) && !ACTING_WORDS.test(text);
}

/** The web console's API Lambda is invoked with a request; one that only reads says GET. */
function requestMethod(payload: unknown): unknown {
  if (!(payload instanceof Uint8Array)) return undefined;
  try {
    return (JSON.parse(Buffer.from(payload).toString('utf8')) as { httpMethod?: unknown } | null)?.httpMethod;
  } catch {
    return undefined;
  }
}
