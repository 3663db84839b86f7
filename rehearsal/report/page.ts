import type { Report } from './report';
export function page(report: Report): string { return JSON.stringify(report); }
