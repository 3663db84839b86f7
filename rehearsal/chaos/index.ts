export { runChaos, runWorld, type ChaosResult } from './chaos-cli';
