/**
 * Smithy's numbers for simple types in static schemas.
 * Source: @smithy/types, schema/sentinels: kept as plain numbers there "to save space".
 */
export const STRING = 0;
export const DATE_TIME = 5;
export const EPOCH_SECONDS = 7;

/** The first element of a static schema says what it is. */
export const STRUCTURE = 3;
export const OPERATION = 9;
export const ERROR = -3;
