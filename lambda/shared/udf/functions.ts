/** The Lambda function that stands in for the solution's Python functions, and the role by which Redshift calls it. */
export interface LambdaUdf {
  /** Redshift takes it by its name, in the warehouse's own region. Source: Redshift Developer Guide, CREATE EXTERNAL FUNCTION */
  functionName: string;
  roleArn: string;
}

/** How a function is declared: how many arguments it has, all of them VARCHAR(65535), and how many rows one call may carry. */
interface Declaration {
  arity: 1 | 2 | 3;
  batch: string;
}

/**
 * Answers grow: characters beyond ASCII from three bytes to eight by being encoded twice, the one-byte control character U+007F
 * to nine. One of `parse_utm_from_url` has such a text up to four times and 1 kB whatever its arguments are. With these limits
 * none exceeds the 6 MB that Lambda lets through. Measured: see docs/python-udfs.md.
 */
const BATCH = 'MAX_BATCH_SIZE 512 KB';
const BATCH_OF_URLS = 'MAX_BATCH_ROWS 2000 MAX_BATCH_SIZE 128 KB';

/**
 * The functions that the solution's schema declares in Python.
 * Source: awslabs/clickstream-analytics-on-aws, sqls/redshift/migrate and sp-scan-metadata.sql
 */
export const REPLACED_FUNCTIONS: Readonly<Record<string, Declaration>> = {
  convert_json_list: { arity: 1, batch: BATCH },
  combine_json_list: { arity: 1, batch: BATCH },
  parse_utm_from_url: { arity: 3, batch: BATCH_OF_URLS },
  rm_object_props: { arity: 2, batch: BATCH },
  transform_event_custom_props: { arity: 1, batch: BATCH },
  transform_user_custom_props: { arity: 1, batch: BATCH },
};

/** Their names, in the order in which the solution's schema declares them. */
export const REPLACED_NAMES = Object.keys(REPLACED_FUNCTIONS);

/** @throws RangeError for a name that is none of theirs */
export function declarationOf(name: string): Declaration {
  const declaration = REPLACED_FUNCTIONS[name];
  if (declaration === undefined) throw new RangeError(`No function of the solution: ${JSON.stringify(name)}`);
  return declaration;
}
