export { accountState } from './account-state';
export { differences } from './differences';
export { duplicates } from './duplicates';
export { leftBehind, type LeftBehindOptions } from './left-behind';
export { changedTables, warehouseState } from './warehouse-state';
