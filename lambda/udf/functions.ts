import { combineJsonList } from './combine-json-list';
import { convertJsonList } from './convert-json-list';
import { Deviation, type Mode } from './mode';
import { parseUtmFromUrl } from './parse-utm-from-url';
import { rmObjectProps } from './rm-object-props';
import { transformEventCustomProps } from './transform-event-custom-props';
import { transformUserCustomProps } from './transform-user-custom-props';

/** Arguments of one row; NULL is null. */
export type Arguments = readonly (string | null)[];

interface UserDefinedFunction {
  /** How many arguments it is declared with, all of them VARCHAR(65535), as is what it returns. */
  readonly arity: number;
  /** Whether NULL is an argument like any other. Else NULL is the answer to NULL (D2). */
  readonly takesNull?: boolean;
  readonly call: (args: Arguments, mode: Mode) => string | null;
}

/** The functions by the names that the solution's procedures call. */
export const FUNCTIONS = {
  convert_json_list: { arity: 1, call: convertJsonList },
  combine_json_list: { arity: 1, call: combineJsonList },
  parse_utm_from_url: { arity: 3, takesNull: true, call: parseUtmFromUrl },
  rm_object_props: { arity: 2, call: rmObjectProps },
  transform_event_custom_props: { arity: 1, call: transformEventCustomProps },
  transform_user_custom_props: { arity: 1, call: transformUserCustomProps },
} as const satisfies Record<string, UserDefinedFunction>;
export type FunctionName = keyof typeof FUNCTIONS;

/**
 * The answer for one row. Lenient: NULL for input that cannot be used (D1) and for NULL (D2).
 * @throws PythonError in strict mode, where the replaced function raised
 */
export function callFunction(name: FunctionName, args: Arguments, mode: Mode): string | null {
  const { arity, takesNull = false, call }: UserDefinedFunction = FUNCTIONS[name];
  if (!mode.strict && !takesNull && args.slice(0, arity).includes(null)) {
    mode.count(Deviation.NullGiven);
    return null;
  }
  return mode.attempt(
    () => call(args, mode),
    Deviation.Unusable,
    () => null,
  );
}

/** Whether there is a function of this name. */
export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}
