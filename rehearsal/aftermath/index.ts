export { accountState } from './account-state';
export { differences } from './differences';
export { duplicates } from './duplicates';
export { leftBehind } from './left-behind';
export { changedTables, warehouseState } from './warehouse-state';
