export { CallJournal, type JournaledCall } from './call-journal';
export { RedshiftDataService } from './service';
export { type Target, Targets } from './targets';
