import { underLock } from '../shared/guard/under-lock';
import { takingAgain } from '../shared/guardian/taking-again';
import { stepHandler } from '../shared/step';
import { converge } from './migrate-users';
import * as schema from './schema';

export const handler = stepHandler(schema, takingAgain(converge), underLock);
