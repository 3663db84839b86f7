/** The package comes without types; only what the tests use. It writes to its argument: give it a clone. */
declare module 'asl-validator' {
  export interface AslValidation {
    isValid: boolean;
    errors: { 'Error code'?: string; Message?: string }[];
    errorsText(separator?: string): string;
  }
  function validator(definition: unknown, options?: Record<string, boolean>): AslValidation;
  export default validator;
}
